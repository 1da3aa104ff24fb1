"""The village profile as one printed A4 page (PDF, matplotlib), from tables that may leave."""

import io
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analytics.clusters import CATEGORY_NAMES
from analytics.pockets import STATUS_NAMES
from analytics.text import UNKNOWN, day, known, listing, number, percent
from analytics.village_surroundings import VERDICTS
from data.reference import programme_short
from reports.provenance import Provenance
from reports.style import LIGHT
from reports.village_sheet import OF, SafeProfile, planned

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Paper

A4 = (8.27, 11.69)  # inches
LEFT, RIGHT, TOP, BOTTOM = 0.06, 0.94, 0.955, 0.045
GAP = 0.035  # between the two columns
LINE = 0.0145  # height of a row, as a share of the page
MOST = 7  # rows of a table


class _Column:
    """Writes downward from `y` between two edges; all in shares of the page."""

    def __init__(self, paper: "Paper", left: float, right: float, y: float):
        self.paper, self.left, self.right, self.y = paper, left, right, y

    def heading(self, title: str) -> None:
        self.y -= 0.012
        self._write(self.left, title, fontsize=9.5, fontweight="bold")
        self.y -= 0.006
        self._rule(LIGHT.text, 0.8)
        self.y -= LINE

    def paragraph(self, text: str, size: float = 8, colour: str = LIGHT.text, characters: int = 55) -> None:
        for line in textwrap.wrap(text, characters):
            self._write(self.left, line, fontsize=size, color=colour)
            self.y -= 0.00168 * size

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], ends: Sequence[float], wide: int) -> None:
        """heads: of the columns after the first, whose right edges lie at `ends` (0 to 1 of this column's width)."""
        width = self.right - self.left
        for end, head in zip(ends, heads, strict=True):
            self._write(self.left + end * width, head, fontsize=6.8, color=LIGHT.muted, ha="right")
        self.y -= LINE
        for row in rows:
            self._write(self.left, textwrap.shorten(row[0], wide, placeholder="…"), fontsize=7.8)
            for end, cell in zip(ends, row[1:], strict=True):
                self._write(self.left + end * width, cell, fontsize=7.8, ha="right")
            self.y -= 0.0045
            self._rule(LIGHT.grid, 0.5)
            self.y -= LINE - 0.0045

    def _write(self, x: float, text: str, **style: Any) -> None:
        self.paper.text(x, self.y, text, **({"color": LIGHT.text, "va": "baseline"} | style))

    def _rule(self, colour: str, width: float) -> None:
        from matplotlib.lines import Line2D

        line = Line2D([self.left, self.right], [self.y, self.y], color=colour, linewidth=width)
        self.paper.add_artist(line)


def village_pdf(found: SafeProfile, provenance: Provenance) -> bytes:
    """The page as PDF bytes; scope, definition, date and source stand at its foot."""
    out = io.BytesIO()
    about = {
        "Title": f"Profil desa {found.profile.name or found.profile.code}",
        "Creator": f"Tepat {provenance.version}",
        "CreationDate": provenance.made_at,
    }
    village_page(found, provenance).savefig(out, format="pdf", metadata=about)
    return out.getvalue()


def village_page(found: SafeProfile, provenance: Provenance) -> "Paper":
    """The page as a matplotlib figure of A4."""
    from matplotlib.figure import Figure as Paper

    paper = Paper(figsize=A4, facecolor="white")
    whole = _Column(paper, LEFT, RIGHT, TOP)
    _head(whole, found)
    _figures(paper, whole, found)
    middle = (LEFT + RIGHT) / 2
    left = _Column(paper, LEFT, middle - GAP / 2, whole.y)
    right = _Column(paper, middle + GAP / 2, RIGHT, whole.y)
    for draw in (_people, _programmes, _facilities):
        draw(left, found)
    for draw in (_needs, _ladder, _neighbours, _completeness):
        draw(right, found)
    _foot(_Column(paper, LEFT, RIGHT, 0.115), found, provenance)
    return paper


def _head(at: _Column, found: SafeProfile) -> None:
    profile = found.profile
    at._write(LEFT, f"Profil desa: {profile.name or profile.code}", fontsize=17, fontweight="bold")
    at.y -= 0.019
    around = " · ".join(
        part for part in (f"Kec. {profile.district}" if profile.district else "", profile.regency or "", profile.code)
        if part
    )  # fmt: skip
    at._write(LEFT, f"{around} · data per {day(profile.head.source_date)}", fontsize=9, color=LIGHT.muted)
    at.y -= 0.022
    at.paragraph(found.sentence, 9.5, characters=98)


def _figures(paper: "Paper", at: _Column, found: SafeProfile) -> None:
    """Four large figures in a row."""
    extreme = found.poor.iloc[0]
    ranked = {row["within"]: row for row in found.ranks[found.ranks["by"] == "persons"].to_dict("records")}
    district = ranked.get("district")
    complete = found.completeness.iloc[0]
    shown = [
        ("Jiwa miskin ekstrem", number(extreme["persons"]), f"{number(extreme['families'])} keluarga"),
        ("Urutan di kecamatan", number(district["place"]) if district else UNKNOWN,
         f"dari {number(district['of'])} desa; 1 = terbanyak" if district else "tidak dicetak"),
        ("Status", STATUS_NAMES[found.profile.row["status"]].split(" (")[0], ""),
        ("Kelengkapan data", percent(complete["share"], 0), "keluarga dari penduduk acuan"),
    ]  # fmt: skip
    at.y -= 0.018
    width = (RIGHT - LEFT) / len(shown)
    for place_, (label, value, beside) in enumerate(shown):
        x = LEFT + place_ * width
        paper.text(x, at.y, label, fontsize=8, color=LIGHT.muted)
        paper.text(
            x, at.y - 0.026, value, fontsize=18 if len(value) < 8 else 11, fontweight="bold", color=LIGHT.series[0]
        )
        paper.text(x, at.y - 0.041, beside, fontsize=7.5, color=LIGHT.muted)
    at.y -= 0.056


def _share(value: Any) -> str:
    return percent(value, 0)


def _people(at: _Column, found: SafeProfile) -> None:
    at.heading("Siapa yang tinggal di sini (bagian keluarga)")
    rows = [[row["title"], _share(row["share"]), _share(row["regency_share"])] for row in _records(found.people)]
    at.table(["Desa", "Kabupaten/kota"], rows, [0.74, 1.0], 40)


def _needs(at: _Column, found: SafeProfile) -> None:
    at.heading("Yang dibutuhkan keluarga miskin ekstrem")
    shown = found.needs[found.needs["extreme_yes"].fillna(0) > 0].head(MOST)
    if shown.empty:
        at.paragraph("Tidak ada yang dapat disebut: jumlahnya terlalu kecil atau tidak diketahui.")
        return
    rows = [
        [row["title"], number(row["extreme_yes"]), _share(row["extreme_share"]), _share(row["regency_share"])]
        for row in _records(shown)
    ]
    at.table(["Keluarga", "Bagian", "Kab./kota"], rows, [0.64, 0.8, 1.0], 34)


def _programmes(at: _Column, found: SafeProfile) -> None:
    at.heading("Program (keluarga)")
    shown = found.programmes[found.programmes["eligible"].notna()]
    if shown.empty:
        at.paragraph("Daftar penerima program belum dimuat.")
        return
    rows = [
        [
            programme_short(row["programme"]),
            *(number(row[name]) for name in ("recipients", "eligible", "covered", "uncovered")),
        ]
        for row in _records(shown)
    ]
    at.table(["Penerima", "Layak", "Layak, menerima", "Layak, belum"], rows, [0.33, 0.46, 0.75, 1.0], 20)


def _ladder(at: _Column, found: SafeProfile) -> None:
    at.heading("Tangga intervensi keluarga miskin ekstrem")
    rows = [[row["title"], number(row["families"]), number(row["persons"])] for row in _records(found.poor)[1:]]
    at.table(["Keluarga", "Jiwa"], rows, [0.86, 1.0], 42)


def _facilities(at: _Column, found: SafeProfile) -> None:
    at.heading("Fasilitas dan rencana")
    facilities = found.profile.facilities
    words = {"lacking": "Kurang", "fine": "Ada", "no_word": "Belum ada data"}
    for state, word in words.items():
        titles = list(facilities.loc[facilities["state"] == state, "title"].str.lower())
        if titles:
            at.paragraph(f"{word}: {listing(titles)}.")
    plans = planned(found.profile).head(MOST - 2)
    for row in _records(plans):
        year = f" {row['year']}" if known(row["year"]) else ""
        quota = f", {number(row['quota'])} {str(row['unit']).lower()}" if known(row["quota"]) else ""
        at.paragraph(f"Rencana{year}: {row['title']}{quota} ({row['region_name'] or UNKNOWN}).")
    if plans.empty:
        at.paragraph("Tidak ada program dalam inventaris untuk desa ini.")


def _neighbours(at: _Column, found: SafeProfile) -> None:
    at.heading("Desa tetangga")
    if found.neighbours.empty:
        at.paragraph(found.profile.neighbours_absent or UNKNOWN)
        return
    shown = found.neighbours.head(MOST)
    rows = [[row["name"] or row["village"], number(row["persons"])] for row in _records(shown)]
    if found.neighbours["category"].isna().all():  # groups of villages were not looked for
        at.table(["Jiwa miskin ekstrem"], rows, [1.0], 42)
        return
    groups = [CATEGORY_NAMES.get(category, UNKNOWN) for category in shown["category"]]
    rows = [[*row, group] for row, group in zip(rows, groups, strict=True)]
    at.table(["Jiwa miskin ekstrem", "Kelompok desa"], rows, [0.64, 1.0], 26)


def _completeness(at: _Column, found: SafeProfile) -> None:
    at.heading("Kelengkapan data")
    rows = [
        [OF[row["of"]], number(row["listed"]), number(row["reference"]), percent(row["share"], 0)]
        for row in _records(found.completeness)
    ]
    at.table(["Dalam data", "Acuan", "Kelengkapan"], rows, [0.5, 0.72, 1.0], 20)
    first = found.completeness.iloc[0]
    if known(first["verdict"]) and first["verdict"] != "plausible":
        at.paragraph(f"{VERDICTS[first['verdict']]}.")
    source = f"Acuan: {first['source']}, {day(first['date'])}." if known(first["source"]) else "Acuan belum dimuat."
    at.paragraph(source, 7, LIGHT.muted, 64)


def _foot(at: _Column, found: SafeProfile, provenance: Provenance) -> None:
    at._rule(LIGHT.grid, 0.8)
    at.y -= 0.011
    lines = dict(provenance.lines())
    at.paragraph(provenance.definition, 6.8, LIGHT.muted, 125)
    at.paragraph(
        f"Sumber data: {lines['Sumber data']} · tanggal data: {lines['Tanggal data']} · wilayah: {lines['Wilayah']} · "
        f"dibuat {lines['Dibuat']} dengan {lines['Dibuat dengan']}.", 6.8, LIGHT.muted, 125,
    )  # fmt: skip
    for note in (
        *found.notes,
        "Tanda – berarti disembunyikan, terlalu sedikit untuk dihitung bagiannya, atau tidak diketahui.",
    ):
        at.paragraph(note, 6.8, LIGHT.muted, 125)


def _records(frame: Any) -> list[dict[str, Any]]:
    return frame.to_dict("records")

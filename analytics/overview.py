"""The briefing for a leader: four figures, ten villages to visit and why, one paragraph, official figures beside."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analytics import catalogue, definitions
from analytics.coverage import without_programme
from analytics.pockets import Pockets, find_pockets
from analytics.scope import Scope
from analytics.text import about, day, interval, known, listing, number, percent
from data.store import Store

VILLAGES_TO_VISIT = 10
# Simulations are about the line of the scorecard: a recorded rank and a region's own rules are other poverties, whose
# order they say nothing of.
SIMULATED = ("pmt_quota", "pmt_line")

INDICATOR_NAMES: dict[str, str] = {
    "P0": "Persentase penduduk miskin (P0)",
    "P1": "Indeks kedalaman kemiskinan (P1)",
    "P2": "Indeks keparahan kemiskinan (P2)",
    "poverty_line": "Garis kemiskinan",
    "extreme_rate": "Estimasi persentase miskin ekstrem",
    "extreme_persons": "Estimasi jumlah penduduk miskin ekstrem",
    "population": "Jumlah penduduk",
}


@dataclass(frozen=True)
class Figure:
    """One number for a leader. value: null = cannot be computed; a share runs from 0 to 1. date: of the data.

    expected: the number is a model's expectation, shown to three digits.
    """

    code: str
    value: float | None
    unit: str
    label: str
    definition: str
    date: date | None
    beside: str | None
    expected: bool = False

    @property
    def text(self) -> str:
        """The value as it is shown."""
        if self.unit == "%":
            return percent(self.value, 1)
        return about(self.value) if self.expected else number(self.value)


@dataclass(frozen=True)
class OfficialFigure:
    """A published figure, never added to or substituted for a count by name.

    ratio: count by name of the same region / this figure; only for the number of extreme poor persons,
    and null where the scope does not hold the whole region.
    """

    region: str
    indicator: str
    name: str
    year: int
    value: float
    unit: str
    source: str
    ratio: float | None


@dataclass(frozen=True)
class Overview:
    """figures: exactly four. villages: at most ten rows of village, name, district, persons, families, rate,
    without_programme (extreme-poor families; null = no programme data), priority, is_pocket, status, top_ten (share of
    simulations, see `Pockets`), why.
    """

    scope: Scope
    region_name: str
    figures: tuple[Figure, Figure, Figure, Figure]
    villages: pd.DataFrame
    paragraph: str
    official: tuple[OfficialFigure, ...]
    pockets: Pockets
    warnings: tuple[str, ...]


def overview(store: Store, scope: Scope) -> Overview:
    """The briefing of a scope. Raises Refused `snapshot_unknown`."""
    held = catalogue.head(store, scope.snapshot_id)
    pockets = find_pockets(store, scope)
    none = without_programme(store, scope)
    villages = _to_visit(pockets, none)
    figures = _figures(store, pockets, none[none["by"] == "all"].iloc[0], held)
    name = _region_name(store, scope, pockets)
    return Overview(
        scope=scope,
        region_name=name,
        figures=figures,
        villages=villages,
        paragraph=_paragraph(name, figures, pockets, villages),
        official=_official(store, scope, pockets),
        pockets=pockets,
        warnings=pockets.warnings,
    )


def main_regency(pockets: Pockets) -> str:
    """The regency that holds most families of the scope; "" without any."""
    families = pockets.by_village.set_index("village")["listed_families"].fillna(0)
    by_regency = families.groupby(families.index.str[:5]).sum()
    return "" if by_regency.empty else str(by_regency.idxmax())


def _region_name(store: Store, scope: Scope, pockets: Pockets) -> str:
    codes = set(pockets.by_village["village"].str[:5])
    code = scope.region or (codes.pop() if len(codes) == 1 else "")
    row = store.one("SELECT name FROM region WHERE code = $code", {"code": code})
    return row["name"] if row else scope.region or "wilayah dalam data"


def population(store: Store, pockets: Pockets, held: catalogue.Head) -> tuple[int | None, str]:
    """Persons the extreme poor are a share of, and what that population is, with its own date."""
    villages = pockets.by_village
    # People under a code outside the list live in one of the listed villages: its reference counts them.
    listed = villages[villages["name"].notna()]
    if len(listed) and listed["reference_persons"].notna().all():
        dated = store.one(
            "SELECT max(date) AS date FROM population WHERE village_code IN (SELECT unnest($codes))",
            {"codes": listed["village"].tolist()},
        )
        return int(listed["reference_persons"].sum()), f"penduduk acuan per {day(dated['date'] if dated else None)}"
    if held.frame == "full" and villages["listed_persons"].notna().any():
        return int(villages["listed_persons"].sum()), "jiwa tercatat dalam data"
    return None, "penduduk (belum diketahui: muat penduduk acuan per desa)"


def _figures(
    store: Store, pockets: Pockets, none: pd.Series, held: catalogue.Head
) -> tuple[Figure, Figure, Figure, Figure]:
    people, whose = population(store, pockets, held)
    share = pockets.persons / people if pockets.persons is not None and people else None
    without = none["extreme_families"]
    expected = pockets.scope.definition == "pmt_line"
    said = about if expected else number
    return (
        Figure(
            "extreme_persons", pockets.persons, "jiwa", "Jiwa miskin ekstrem", pockets.definition_text,
            held.source_date, f"{said(pockets.families)} keluarga", expected,
        ),
        Figure(
            "extreme_share", share, "%", "Bagian dari penduduk",
            f"Jiwa miskin ekstrem dibagi {whose}.", held.source_date,
            f"dari {number(people)} {whose}" if people else None,
        ),
        Figure(
            "pockets", pockets.count, "desa", f"Desa kantong (lebih dari {number(pockets.threshold.value)} jiwa)",
            f"Desa atau kelurahan dengan lebih dari {number(pockets.threshold.value)} jiwa miskin ekstrem "
            f"({pockets.threshold.source}).", held.source_date, f"dari {number(pockets.villages)} desa",
        ),
        Figure(
            "without_programme", float(without) if known(without) else None, "keluarga",
            "Keluarga miskin ekstrem tanpa program",
            "Keluarga miskin ekstrem yang tidak tercatat menerima satu program pun (program yang sudah ditutup "
            "tidak dihitung).", held.programme_date or held.source_date,
            f"{percent(none['rate_extreme_families'], 0)} dari keluarga miskin ekstrem" if known(without) else None,
            expected,
        ),
    )  # fmt: skip


def _to_visit(pockets: Pockets, none: pd.DataFrame) -> pd.DataFrame:
    without = none[none["by"] == "village"].set_index("village")["extreme_families"]
    # is_pocket is null where families belong to no known village: nowhere to go.
    villages = pockets.by_village
    found = villages[(villages["persons"].fillna(0) > 0) & villages["is_pocket"].notna()]
    found = definitions.counted(
        pockets.scope, found.assign(without_programme=found["village"].map(without)), ("without_programme",)
    )
    found = found.sort_values(
        ["is_pocket", "persons", "rate", "village"], ascending=[False, False, False, True], na_position="last"
    ).head(VILLAGES_TO_VISIT)
    found = found.assign(why=[_why(row, pockets) for row in found.to_dict("records")])
    columns = ["village", "name", "district", "persons", "families", "rate", "without_programme", "priority",
               "is_pocket", "status", "top_ten", "why"]  # fmt: skip
    return found[columns].reset_index(drop=True)


def _why(row: dict[Any, Any], pockets: Pockets) -> str:
    """`412 jiwa miskin ekstrem, di atas batas 100; 18% dari penduduknya; …`"""
    threshold = number(pockets.threshold.value)
    if known(row["probability"]):
        reasons = [
            f"sekitar {about(row['persons'])} jiwa miskin ekstrem (selang 80%: {interval(row['low'], row['high'])})",
            f"peluang melebihi {threshold} jiwa {percent(row['probability'], 0)}",
        ]
    else:
        over = f", di atas batas {threshold}" if row["is_pocket"] else ""
        reasons = [f"{number(row['persons'])} jiwa miskin ekstrem{over}"]
        if known(row["rate"]):
            reasons.append(f"{percent(row['rate'], 0)} dari penduduknya")
    if known(row["without_programme"]) and row["without_programme"]:
        reasons.append(f"{number(row['without_programme'])} keluarga miskin ekstrem belum menerima program apa pun")
    if known(row["priority"]) and row["priority"]:
        reasons.append("termasuk lokasi prioritas")
    if pockets.scope.definition in SIMULATED and known(row["top_ten"]):
        reasons.append(f"masuk sepuluh teratas dalam {percent(row['top_ten'], 0)} simulasi")
    return "; ".join(reasons)


def _paragraph(name: str, figures: tuple[Figure, ...], pockets: Pockets, villages: pd.DataFrame) -> str:
    persons, share, count, without = figures
    when = f"Menurut data {day(persons.date)}" if persons.date else "Menurut data yang dimuat"
    if persons.value is None:
        return (
            f"{when}, jumlah warga miskin ekstrem di {name} belum dapat dihitung; periksa halaman Data dan Peringkat."
        )
    if not persons.value:
        return f"{when}, tidak ada warga {name} yang tercatat miskin ekstrem dengan definisi ini."
    part = f", atau {percent(share.value, 1)} penduduk" if share.value is not None else ""
    said = [
        f"{when}, sekitar {about(persons.value)} jiwa dalam {about(pockets.families)} keluarga di {name} "
        f"{'diperkirakan' if persons.expected else 'tergolong'} miskin ekstrem{part}."
    ]
    top = float(villages["persons"].sum()) / persons.value
    likely = "berpeluang di atas 50% " if persons.expected else ""
    crowded = (
        f"{number(count.value)} dari {number(pockets.villages)} desa {likely}dihuni lebih dari "
        if count.value
        else f"Tidak ada desa yang {likely}dihuni lebih dari "
    )
    spread = f"; {len(villages)} desa teratas menampung {percent(top, 0)} dari mereka" if len(villages) > 1 else ""
    said.append(f"{crowded}{number(pockets.threshold.value)} jiwa miskin ekstrem{spread}.")
    if without.value is not None:
        said.append(
            f"{about(without.value)} keluarga miskin ekstrem belum tercatat menerima program apa pun."
            if without.value
            else "Semua keluarga miskin ekstrem sudah tercatat menerima sedikitnya satu program."
        )
    names = [row["name"] if known(row["name"]) else row["village"] for row in villages.head(3).to_dict("records")]
    said.append(f"Kunjungan pertama sebaiknya ke {listing(names)}.")
    return " ".join(said)


_OFFICIAL = """
    SELECT region_code AS region, indicator, year, value, unit, source
    FROM (
        SELECT *, row_number() OVER (PARTITION BY indicator ORDER BY year DESC, source) AS place
        FROM official_figure WHERE region_code = $region
    ) AS dated
    WHERE place = 1
"""


def _official(store: Store, scope: Scope, pockets: Pockets) -> tuple[OfficialFigure, ...]:
    # Surveys publish for a regency or a province; a smaller scope is shown beside its regency's figures.
    region = scope.region[:5] or main_regency(pockets)
    villages = pockets.by_village
    inside = villages.loc[villages["village"].str.startswith(region + "."), "persons"]
    by_name = int(inside.sum()) if inside.notna().any() and len(scope.region) <= 5 else None
    found = {row["indicator"]: row for row in store.rows(_OFFICIAL, {"region": region})}
    return tuple(
        OfficialFigure(
            name=INDICATOR_NAMES[indicator],
            ratio=by_name / found[indicator]["value"]
            if indicator == "extreme_persons" and by_name is not None and found[indicator]["value"]
            else None,
            **found[indicator],
        )
        for indicator in INDICATOR_NAMES
        if indicator in found
    )

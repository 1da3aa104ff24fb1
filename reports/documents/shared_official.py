"""Official figures over the years: facts, tables, sentences, bars; the break of the extreme series is never bridged."""

from analytics.official import OfficialSeries
from analytics.overview import INDICATOR_NAMES
from analytics.text import listing
from reports.documents.blocks import Block, Fact, Missing, Picture, Table
from reports.documents.material import Material
from reports.documents.sentences import direction, is_shown, paragraph, sentence, trend
from reports.official_figures import extreme_bars, poverty_bars

Points = list[tuple[int, Fact]]
# Digits as BPS prints them; what is a share of people is written in per cent.
_DIGITS = {"P0": 2, "P1": 2, "P2": 2, "extreme_rate": 2}
_SHARES = ("P0", "extreme_rate")
NONE = Missing(
    "Angka resmi wilayah ini belum dimuat.",
    "Muat tabel angka resmi BPS (persentase penduduk miskin, kedalaman, keparahan, garis kemiskinan, dan estimasi "
    "miskin ekstrem, satu baris tiap tahun) di halaman Data.",
)


def official_points(material: Material, indicator: str, region: str | None = None) -> Points:
    """Year and fact of one indicator; of the document's own regency, or of its province."""
    found = material.official
    place = f"{region}/" if region else ""
    unit = "bagian" if indicator in _SHARES else _unit(found, indicator)
    source = listing(found.sources()) or "Angka resmi"
    return [
        (
            year,
            material.ledger.figure(
                f"official/{place}{indicator}/{year}", value / 100 if indicator in _SHARES else value,
                f"{INDICATOR_NAMES[indicator]}, {year}", unit, source, digits=_DIGITS.get(indicator, 0),
            ),
        )
        for year, value in found.of(indicator, region)
    ]  # fmt: skip


def _unit(found: OfficialSeries, indicator: str) -> str:
    units = found.rows.loc[found.rows["indicator"] == indicator, "unit"]
    return "rupiah" if indicator == "poverty_line" else str(units.iloc[0]) if len(units) else ""


def official_table(material: Material) -> Table | Missing:
    """Year by year what the national poverty line gives: P0 beside the province's, P1, P2, the line."""
    found = material.official
    columns: dict[str, dict[int, Fact]] = {"P0": dict(official_points(material, "P0"))}
    heads = {"P0": "Penduduk miskin (P0)", "P1": "Kedalaman (P1)", "P2": "Keparahan (P2)",
             "poverty_line": "Garis kemiskinan (sebulan)"}  # fmt: skip
    if found.province and (beside := dict(official_points(material, "P0", found.province))):
        columns["province"] = beside
        heads = {"P0": heads["P0"], "province": f"P0 {found.province_name}"} | heads
    columns |= {name: dict(official_points(material, name)) for name in ("P1", "P2", "poverty_line")}
    shown = [name for name in heads if columns[name]]
    years = sorted({year for name in shown for year in columns[name]})
    if not years:
        return NONE
    return Table(
        "resmi", f"Kemiskinan {found.name} menurut angka resmi", ("Tahun", *(heads[name] for name in shown)),
        tuple(
            ((str(year),), *((columns[name][year],) if year in columns[name] else ("–",) for name in shown))
            for year in years
        ),
        numeric=tuple(range(1, len(shown) + 1)),
        notes=(f"Sumber: {listing(found.sources())}.",),
    )  # fmt: skip


def extreme_table(material: Material) -> Table | None:
    """Year by year the estimates of extreme poverty, and by which line; null without any."""
    found = material.official
    rates, people = (dict(official_points(material, name)) for name in ("extreme_rate", "extreme_persons"))
    years, cut = sorted({*rates, *people}), int(found.break_year.value)
    if not years:
        return None
    broken = years[0] < cut <= years[-1]
    return Table(
        "resmi/ekstrem", f"Estimasi kemiskinan ekstrem {found.name}",
        ("Tahun", "Garis yang dipakai", "Persentase", "Jumlah jiwa"),
        tuple(
            ((str(year),), ("garis lama" if year < cut else "garis baru",),
             *((column[year],) if year in column else ("–",) for column in (rates, people)))
            for year in years
        ),
        numeric=(2, 3),
        widths=(0.16, 0.34, 0.25, 0.25),
        notes=(
            f"Sumber: {listing(found.sources())}.",
            *([f"Seri terputus pada {cut}: {found.break_year.source}."] if broken else []),
        ),
    )  # fmt: skip


def official_trend(material: Material) -> tuple[Block, ...]:
    """The general poverty of the region: sentences, table, bars."""
    table = official_table(material)
    if isinstance(table, Missing):
        return (table,)
    found, ledger = material.official, material.ledger
    said = []
    for indicator, subject in (
        ("P0", f"persentase penduduk miskin {found.name}"), ("P1", "indeks kedalaman kemiskinan"),
        ("P2", "indeks keparahannya"), ("poverty_line", "garis kemiskinan"),
    ):  # fmt: skip
        if points := official_points(material, indicator):
            said.append(sentence(trend(ledger, f"official/{indicator}/change", subject, points)))
        if indicator == "P0":
            said += _beside_province(material)
    blocks: list[Block] = [paragraph(*said)]
    if found.of("P0"):
        blocks.append(Picture("resmi/P0", poverty_bars(found), f"Persentase penduduk miskin {found.name} tiap tahun."))
    return (*blocks, table)


def _beside_province(material: Material) -> tuple:
    """Where the region stands to its province in the newest year both are known of."""
    found = material.official
    own = dict(official_points(material, "P0"))
    province = dict(official_points(material, "P0", found.province)) if found.province else {}
    both = sorted({*own} & {*province})
    if not both or not is_shown(here := own[both[-1]], there := province[both[-1]]):
        return ()
    where = {"naik": "lebih tinggi daripada", "turun": "lebih rendah daripada", "tetap": "sama dengan"}
    moved = where[direction(here, there)]
    return (sentence(f"Pada {both[-1]} angka itu {moved} persentase {found.province_name}, yaitu ", there),)


def extreme_trend(material: Material) -> tuple[Block, ...]:
    """The estimates of extreme poverty: each piece of the series for itself, table, bars."""
    table = extreme_table(material)
    if table is None:
        return (
            Missing("Estimasi kemiskinan ekstrem BPS untuk wilayah ini belum dimuat.",
                    "Minta angkanya kepada BPS atau Kemendagri, lalu muat sebagai angka resmi di halaman Data."),
        )  # fmt: skip
    found, ledger, cut = material.official, material.ledger, int(material.official.break_year.value)
    points = official_points(material, "extreme_rate")
    pieces = [piece for piece in ([p for p in points if p[0] < cut], [p for p in points if p[0] >= cut]) if piece]
    said = []
    for piece in pieces:
        line = "lama" if piece[0][0] < cut else "baru"
        subject = f"menurut garis {line}, persentase penduduk miskin ekstrem"
        said.append(sentence(trend(ledger, f"official/extreme_rate/change/{line}", subject, piece)))
    if len(pieces) == 2:
        said.append(
            (f"Kedua seri tidak dapat disambung: mulai {cut} garis kemiskinan ekstrem diukur dengan cara lain, "
             f"sehingga beda angka {pieces[0][-1][0]} dan {pieces[1][0][0]} tidak menunjukkan kemiskinan naik atau "
             "turun.",)
        )  # fmt: skip
    blocks: list[Block] = [paragraph(*said)] if said else []
    if points:
        caption = "Estimasi persentase penduduk miskin ekstrem; kedua warna menandai dua garis yang berbeda."
        blocks.append(Picture("resmi/ekstrem", extreme_bars(found), caption))
    return (*blocks, table)

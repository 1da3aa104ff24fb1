"""Villages and their extreme poor: as a table, as a map, and as facts for sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.pockets import STATUS_NAMES
from analytics.text import about, interval, known, number, percent
from data.errors import Refused
from reports.documents.blocks import Fact, Missing, Parts, Picture, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.pocket_map import pocket_map

MAP = "Jiwa miskin ekstrem menurut desa dan kelurahan; garis tebal menandai kantong kemiskinan."


@dataclass(frozen=True)
class Village:
    """rate: of the village's population. interval, probability: of the persons, and of more than the threshold; null
    but under `pmt_line`. is_pocket, priority: null where nobody can tell. status: a key of STATUS_NAMES, or "hidden":
    where the persons are."""

    code: str
    name: str
    district: str
    persons: Fact
    families: Fact
    rate: Fact
    interval: Fact | None
    probability: Fact | None
    is_pocket: bool | None
    priority: bool | None
    status: str


def villages(material: Material) -> list[Village]:
    """Every village of the code list with extreme poor, by printed persons (hidden ones last), then by code."""
    places = material.places  # hidden alike in every document, whatever part of the regency it is about
    found = []
    for row in material.printed.by_village.to_dict("records"):
        facts = places[str(row["village"])]
        if known(row["name"]) and (facts.persons.value or facts.persons.text == HIDDEN):
            found.append(_village(material, row, facts.families, facts.persons))
    return sorted(found, key=lambda village: (-(village.persons.value or 0), village.code))


def _village(material: Material, row: dict, families: Fact, persons: Fact) -> Village:
    ledger, code, name = material.ledger, str(row["village"]), str(row["name"])
    source = material.pockets.definition_text
    # The rate's own population: null where the measure knows none.
    whole = row["reference_persons"] if known(row["reference_persons"]) else row["listed_persons"]
    population = ledger.people(
        f"villages/{code}/population", whole if known(row["rate"]) else None, f"Penduduk, {name}", "jiwa",
        "Penduduk acuan, atau jiwa dalam data bila acuan belum dimuat",
    )  # fmt: skip
    by_chance = known(row["probability"])
    return Village(
        code=code,
        name=name,
        district=str(row["district"]) if known(row["district"]) else "",
        persons=persons,
        families=families,
        rate=ledger.rate(f"villages/{code}/rate", persons, population, f"Bagian penduduk, {name}", source),
        interval=ledger.figure(
            f"villages/{code}/interval", row["expected"], f"Selang 80%, {name}", "jiwa", source,
            text=interval(row["low"], row["high"]),
        ) if by_chance else None,
        probability=ledger.figure(
            f"villages/{code}/probability", row["probability"], f"Peluang kantong, {name}", "bagian", source,
            text=percent(row["probability"], 0),
        ) if by_chance else None,
        is_pocket=bool(row["is_pocket"]) if known(row["is_pocket"]) else None,
        priority=bool(row["priority"]) if known(row["priority"]) else None,
        status=str(row["status"]),
    )  # fmt: skip


def pockets(material: Material) -> list[Village]:
    """The villages that are pockets, those that are priority locations too first."""
    found = [village for village in villages(material) if village.is_pocket]
    return sorted(found, key=lambda village: not village.priority)


def village_table(material: Material, most: int | None = None, of: Sequence[Village] | None = None) -> Table:
    """Villages with their extreme poor; `most` of them, all by default. of: other villages than `villages` gives."""
    shown = list(villages(material) if of is None else of)[:most]
    threshold = number(material.pockets.threshold.value)
    by_chance = material.scope.definition == "pmt_line"
    more = ("Selang 80%", f"Peluang lebih dari {threshold} jiwa") if by_chance else ()
    headers = ("Desa/kelurahan", "Kecamatan", "Jiwa", "Keluarga", "Bagian penduduk", *more, "Status")
    notes = [material.ledger.door.note] if any(HIDDEN in (row.persons.text, row.families.text) for row in shown) else []
    if by_chance:
        notes.append(
            "Selang 80%: jumlah sebenarnya diperkirakan ada di dalamnya pada kira-kira delapan dari sepuluh desa."
        )
    if not material.pockets.priority_loaded:
        notes.append("Daftar lokasi prioritas belum dimuat; status hanya menurut jumlah jiwa.")
    return Table(
        "desa",
        f"Jiwa dan keluarga miskin ekstrem di {about(len(shown))} desa dan kelurahan"
        + (" terbanyak" if most and len(shown) == most else ""),
        headers,
        tuple(_cells(village, by_chance) for village in shown),
        numeric=tuple(range(2, 7 if by_chance else 5)),
        widths=(0.2, 0.17, 0.08, 0.1, 0.1, 0.13, 0.1, 0.12) if by_chance else (0.24, 0.22, 0.1, 0.11, 0.13, 0.2),
        notes=tuple(notes),
    )


def _cells(village: Village, by_chance: bool) -> tuple[Parts, ...]:
    estimates = tuple((fact,) if fact else (HIDDEN,) for fact in (village.interval, village.probability))
    return (
        (village.name,), (village.district,), (village.persons,), (village.families,), (village.rate,),
        *(estimates if by_chance else ()), (_status(village),),
    )  # fmt: skip


def _status(village: Village) -> str:
    if village.status == "hidden":
        return HIDDEN
    # That no list is loaded stands below the table, once.
    return "Kantong" if village.status == "over" else STATUS_NAMES[village.status]


def village_map_picture(material: Material) -> Picture | Missing:
    """The map of the scope over printed numbers; hidden and unknown villages are drawn as without data."""
    values = pd.DataFrame(
        [
            {"code": village.code, "value": village.persons.value, "is_pocket": bool(village.is_pocket)}
            for village in villages(material)
        ],
        columns=["code", "value", "is_pocket"],
    ).astype({"value": "Float64"})
    # A village without extreme poor has no row above, and is no village without data.
    none = material.printed.by_village
    none = none[(none["persons"] == 0).fillna(False) & none["name"].notna()]
    zeros = pd.DataFrame({"code": none["village"], "value": 0.0, "is_pocket": False}).astype({"value": "Float64"})
    try:
        spec = pocket_map(
            material.store, pd.concat([values, zeros], ignore_index=True), material.scope.region,
            material.pockets.threshold.value,
        )  # fmt: skip
    except Refused as refused:
        if refused.code != "no_boundaries":
            raise
        return Missing("Peta belum dapat digambar karena batas desa belum ada.", "Muat berkas batas di halaman Data.")
    return Picture("peta", spec, MAP)

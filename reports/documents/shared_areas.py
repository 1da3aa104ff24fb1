"""Districts of a regency, or regencies of a wider region: how many extreme poor, pockets, and which share."""

from dataclasses import dataclass

import pandas as pd

from reports.documents.blocks import Fact, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.shared_places import LEVELS


@dataclass(frozen=True)
class Area:
    """share: of the area's population. pockets of villages."""

    code: str
    name: str
    persons: Fact
    families: Fact
    share: Fact
    pockets: Fact
    villages: Fact


def area_list(material: Material) -> list[Area]:
    """The areas right inside the scope, by printed persons, then by code; empty where it holds fewer than two."""
    rows = material.pockets.by_village
    digits = 5 if rows["village"].str[:5].nunique() > 1 else 8
    groups = rows.groupby(rows["village"].str[:digits])
    if digits <= len(material.scope.region) or len(groups) < 2:
        return []
    names = material.names_of([str(code) for code in groups.groups])
    found = [
        _area(material, str(code), names[str(code)], villages) for code, villages in groups if str(code) in names
    ]  # fmt: skip
    return sorted(found, key=lambda area: (-(area.persons.value or 0), area.code))


def _area(material: Material, code: str, name: str, villages: pd.DataFrame) -> Area:
    ledger, here, source = material.ledger, material.places[code], material.pockets.definition_text
    start = f"{LEVELS[len(code)][0]}/{code}"
    people = villages["reference_persons"].where(villages["reference_persons"].notna(), villages["listed_persons"])
    known_rates = bool(villages.loc[villages["name"].notna(), "rate"].notna().all())
    population = ledger.people(
        f"{start}/population", float(people.sum()) if known_rates else None, f"Penduduk, {name}", "jiwa",
        "Jumlah penduduk desanya",
    )  # fmt: skip
    pocket = villages["is_pocket"]
    return Area(
        code=code,
        name=name,
        persons=here.persons,
        families=here.families,
        share=ledger.rate(f"{start}/rate", here.persons, population, f"Bagian penduduk, {name}", source, 1),
        pockets=ledger.figure(
            f"{start}/pockets", int(pocket.sum()) if pocket.notna().any() else None, f"Desa kantong, {name}", "desa",
            source,
        ),
        villages=ledger.figure(f"{start}/villages", int(villages["name"].notna().sum()), f"Desa, {name}", "desa",
                               "Daftar wilayah"),
    )  # fmt: skip


def area_word(material: Material) -> str:
    """What the areas of `area_list` are: kecamatan, or kabupaten/kota."""
    areas = area_list(material)
    return LEVELS[len(areas[0].code)][1] if areas else "wilayah"


def area_table(material: Material) -> Table | None:
    """The areas with their extreme poor; null where there are fewer than two."""
    areas = area_list(material)
    if not areas:
        return None
    word = area_word(material)
    hidden = any(HIDDEN in (area.persons.text, area.families.text) for area in areas)
    return Table(
        "wilayah", f"Jiwa dan keluarga miskin ekstrem menurut {word}",
        (word[:1].upper() + word[1:], "Jiwa", "Keluarga", "Bagian penduduk", "Desa kantong", "Desa"),
        tuple(
            ((area.name,), (area.persons,), (area.families,), (area.share,), (area.pockets,), (area.villages,))
            for area in areas
        ),
        numeric=(1, 2, 3, 4, 5),
        widths=(0.34, 0.13, 0.13, 0.15, 0.13, 0.12),
        notes=("Diurutkan menurut jumlah jiwa.", *([material.ledger.door.note] if hidden else [])),
    )  # fmt: skip

"""Whom programmes reach in a place: hidden as the whole regency's villages and districts demand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analytics.coverage import Coverage, coverage
from reports.documents.blocks import Fact
from reports.documents.material import Material
from reports.documents.shared_places import LEVELS, parents_of, sums_of

KINDS = {"recipients": "Keluarga penerima", "eligible": "Keluarga yang layak",
         "uncovered": "Keluarga yang layak dan belum menerima"}  # fmt: skip


@dataclass(frozen=True)
class PlaceProgramme:
    """Families of the place; eligible and uncovered are not known where no rule is in force."""

    programme: str
    name: str
    recipients: Fact
    eligible: Fact
    uncovered: Fact


def place_programmes(material: Material) -> list[PlaceProgramme]:
    """The programmes the data know recipients of, in the catalogue's order, in the scope's region.

    Each count is a tree of villages, districts and the regency, so sheets of several villages do not open one another.
    """
    around, region = _around(material), material.scope.region
    names = around.programmes.set_index("programme")["name"]
    return [
        PlaceProgramme(
            str(code), str(names[code]),
            *(_facts(material, around, of, kind, [region])[region] for kind in KINDS),
        )
        for code, of in _by_village(around).groupby("programme", sort=False)
    ]  # fmt: skip


def village_recipients(material: Material) -> dict[str, dict[str, Fact]]:
    """Programme -> village -> families that receive it."""
    around = _around(material)
    return {
        str(code): _facts(material, around, of, "recipients", [str(village) for village in of["village"]])
        for code, of in _by_village(around).groupby("programme", sort=False)
    }


def _around(material: Material) -> Coverage:
    """Of the whole regency where the scope is a part of it."""
    region = material.scope.region
    if len(region) <= 5:
        return material.coverage
    return coverage(material.store, replace(material.scope, region=region[:5]), material.on)


def _by_village(around: Coverage) -> pd.DataFrame:
    rows = around.rows[around.rows["by"] == "village"]
    rows = rows.rename(columns={"families": "recipients", "eligible_families": "eligible"})
    return rows.assign(uncovered=rows["eligible"] - rows["covered_families"])


def _facts(material: Material, around: Coverage, of: pd.DataFrame, kind: str, places: Sequence[str]) -> dict[str, Fact]:
    """Place -> the count of one programme."""
    values, region, code = of.set_index("village")[kind], material.scope.region, of["programme"].iloc[0]
    parents = parents_of(sorted({*map(str, values.index), region}), region)
    shown = material.ledger.door.tree(sums_of(values, parents), parents)
    return {
        place: material.ledger.published(
            f"{LEVELS[len(place)][0]}/{place}/programmes/{code}/{kind}", shown[place], f"{KINDS[kind]}, {code}",
            "keluarga", around.definition_text,
        )
        for place in places
    }  # fmt: skip

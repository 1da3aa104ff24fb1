"""The extreme poor of villages, districts and regencies: the same numbers, hidden alike, in every document.

What is hidden follows from the whole regency, whichever part of it a document is about: a village sheet, a document of
the district and one of the regency therefore agree, and together tell no more than the largest of them.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from analytics.pockets import Pockets
from analytics.text import known
from reports.documents.blocks import Fact
from reports.documents.ledger import HIDDEN, Ledger

LEVELS = {0: ("country", "seluruh wilayah"), 2: ("provinces", "provinsi"), 5: ("regencies", "kabupaten/kota"),
          8: ("districts", "kecamatan"), 13: ("villages", "desa/kelurahan")}  # fmt: skip


@dataclass(frozen=True)
class PlaceFacts:
    """families, persons: of the extreme poor; ids `villages/<code>/families`, `districts/<code>/persons`, …; those of
    the document's own region are `pockets.families` and `pockets.persons`."""

    families: Fact
    persons: Fact


def place_facts(ledger: Ledger, pockets: Pockets, region: str) -> dict[str, PlaceFacts]:
    """Code -> facts of every village of the pockets and of the districts, regencies and provinces around them, and of
    the region itself.

    pockets: of a whole regency, or of more than one. region: what the document is about.
    """
    rows = pockets.by_village.set_index("village")
    parents = parents_of([str(code) for code in rows.index], region)
    ids, labels = {}, {}
    for code in parents:
        word, level = LEVELS[len(code)]
        own = code == region and len(code) < 13
        ids[code] = "pockets." if own else f"{word}/{code}/"
        labels[code] = "" if own else f", {level} {code}"

    def facts(
        column: str, title: str, unit: str, families: dict[str, Fact] | None = None, edge: float | None = None
    ) -> dict[str, Fact]:
        return ledger.tree(
            {code: f"{id}{column}" for code, id in ids.items()}, sums_of(rows[column], parents), parents,
            {code: f"{title} miskin ekstrem{label}" for code, label in labels.items()}, unit, pockets.definition_text,
            families, edge,
        )  # fmt: skip

    homes = facts("families", "Keluarga", "keluarga")
    people = facts("persons", "Jiwa", "jiwa", homes, pockets.threshold.value)
    return {code: PlaceFacts(homes[code], people[code]) for code in parents}


def as_printed(pockets: Pockets, places: dict[str, PlaceFacts]) -> Pockets:
    """The pockets as a reader of documents knows them: persons and families as printed; a village whose persons are
    hidden has no estimate and no status ("hidden"), since its status would say on which side of the threshold it lies.
    How many pockets there are stays: the numbers are hidden with that in mind (`Door.tree`, edge)."""
    rows = pockets.by_village.copy()
    codes = [str(code) for code in rows["village"]]
    for column in ("persons", "families"):
        printed = [getattr(places[code], column).value for code in codes]
        rows[column] = pd.array(printed, dtype="Float64")
    hidden = pd.Series([places[code].persons.text == HIDDEN for code in codes], index=rows.index, dtype=bool)
    rows.loc[hidden, ["rate", "expected", "low", "high", "probability", "top_ten", "is_pocket"]] = pd.NA
    rows.loc[hidden, "status"] = "hidden"
    return replace(pockets, by_village=rows)


def parents_of(villages: list[str], region: str) -> dict[str, str | None]:
    """Place -> the place around it, wholes first: from the region, or the regency around it, down to villages."""
    digits = [length for length in LEVELS if length >= min(len(region), 5)]
    parents: dict[str, str | None] = {}
    for outer, inner in pairwise([None, *digits]):
        for village in villages:
            parents.setdefault(village[:inner], None if outer is None else village[:outer])
    return parents or {region: None}


def sums_of(values: pd.Series, parents: dict[str, str | None]) -> dict[str, float | None]:
    """The villages' counts and their sums; null where no village below has one."""
    counts: dict[str, float | None] = dict.fromkeys(parents)
    for village, value in values.items():
        if not known(value):
            continue
        place: str | None = str(village)
        while place is not None:
            counts[place] = (counts[place] or 0) + float(value)
            place = parents[place]
    return counts

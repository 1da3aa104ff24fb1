"""Nothing in any document depends on which of the villages whose numbers are hidden are pockets."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from analytics import catalogue
from analytics.pockets import _status, find_pockets
from geo.maps import MapSpec
from reports.documents import material
from reports.documents.blocks import Document, Paragraph, Table, plain
from reports.documents.build import compose
from reports.documents.catalogue import kind_of
from reports.documents.door import Door
from reports.documents.shared_places import as_printed, place_facts
from tests.reports.documents.conftest import MOMENT

WIDE = Door("official", 40, 40, 80, 80)  # hides villages of up to 39 families, which hold more than 100 persons
QUICK = ("rat", "quarterly")
SLOW = ("rpkd", "briefing", "annex", "lp2kd")
SHEET = "99.01.06.2008"


def written(document: Document) -> list:
    """All words, numbers, table rows and map colours, in their order."""
    found: list = []
    for block in document.blocks():
        if isinstance(block, Paragraph):
            found.append(plain(block.parts))
        elif isinstance(block, Table):
            found += [(block.title, *block.notes), *([plain(cell) for cell in row] for row in block.rows)]
        elif hasattr(block, "what") and isinstance(block.what, MapSpec):
            found += [
                {name: value for name, value in feature.items() if name != "geometry"}
                for feature in block.what.features
            ]
        else:
            found.append(repr(block))
    return found


def swapped(hidden: set[str]):
    """`find_pockets` for which the hidden villages of each district exchange whether they are pockets."""

    def found(*given, **more):
        pockets = find_pockets(*given, **more)
        rows = pockets.by_village.copy()
        of = rows[rows["village"].isin(hidden)]
        sides = of.groupby(of["village"].str[:8])["is_pocket"].transform(lambda sides: np.roll(sides, 1))
        rows.loc[of.index, "is_pocket"] = sides.astype("boolean")
        rows["status"] = [
            _status(pocket, first) for pocket, first in zip(rows["is_pocket"], rows["priority"], strict=True)
        ]
        return replace(pockets, by_village=rows)

    return found


@pytest.mark.parametrize("kind", [*QUICK, "village", *(pytest.param(kind, marks=pytest.mark.slow) for kind in SLOW)])
def test_which_hidden_village_is_a_pocket_changes_nothing(kind, demo, monkeypatch):
    monkeypatch.setattr(material, "door", lambda level: WIDE)
    scope = catalogue.default_scope(demo, region=SHEET if kind == "village" else "99.01", definition="recorded", cut=7)

    def words() -> list:
        return written(compose(demo, scope, kind_of(kind), 2027, "official", MOMENT, 1))

    held = material.Material(demo, scope, 2027, "official", MOMENT)
    around = find_pockets(demo, replace(scope, region="99.01"))
    rows = as_printed(around, held.places | place_facts(held.ledger, around, "99.01")).by_village
    hidden = set(rows.loc[rows["status"] == "hidden", "village"])
    before = words()
    true, other = (find(demo, around.scope).by_village["is_pocket"] for find in (find_pockets, swapped(hidden)))
    assert (true != other).fillna(False).sum() > 3
    for name, module in list(sys.modules.items()):
        # Who is aimed at in pockets is counted by the true ones, and protected as every count is.
        if name.startswith(("analytics.", "reports.")) and name != "analytics.gaps" and hasattr(module, "find_pockets"):
            monkeypatch.setattr(module, "find_pockets", swapped(hidden))
    assert words() == before

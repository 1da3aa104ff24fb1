"""The page queries of `cli.py bench`: what a page asks after a change of scope, each scope asked once."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.catalogue import default_scope
from analytics.combinations import held_programmes
from analytics.coverage import coverage
from analytics.criteria import criteria
from analytics.definition_comparison import compare_definitions
from analytics.facilities import village_facilities
from analytics.gaps import gaps
from analytics.inconsistent import inconsistencies
from analytics.ladder import ladder
from analytics.life_cycle import life_cycle
from analytics.needs import family_needs
from analytics.overlaps import overlaps
from analytics.overview import overview
from analytics.pockets import find_pockets
from analytics.proposals import proposals
from analytics.ranking import rank_comparison
from analytics.scope import Definition, Scope
from analytics.targeting import targeting
from analytics.targeting_expected import expected_errors
from analytics.targeting_incidence import incidence
from analytics.village import village_profile
from data.store import Store

SCOPES = 40
READING, WORKBENCH = 0.3, 0.5  # seconds at the 95th percentile
PROGRAMME = "PKH"  # one of those the bench's files hold
DEFINITIONS: tuple[tuple[Definition, ...], ...] = (
    ("recorded", "pmt_quota", "pmt_line"),
    ("recorded", "pmt_quota", "pmt_line", "local_criteria"),
)
Page = Callable[[Store, Scope], Any]


def _proposals(store: Store, scope: Scope) -> Any:
    return proposals(store, scope, held=held_programmes(store, scope))


PAGES: dict[str, tuple[float, Page]] = {
    "pockets": (READING, find_pockets),
    "coverage": (READING, coverage),
    "overview": (READING, overview),
    "rank comparison": (READING, rank_comparison),
    "inconsistencies": (READING, inconsistencies),
    "targeting": (WORKBENCH, lambda store, scope: targeting(store, scope, group="all")),
    "targeting, rupiah": (WORKBENCH, lambda store, scope: targeting(store, scope, group="all", unit="rupiah")),
    "targeting, districts": (WORKBENCH, lambda store, scope: targeting(store, scope, PROGRAMME, group="district")),
    "targeting, villages": (WORKBENCH, lambda store, scope: targeting(store, scope, PROGRAMME, group="village")),
    "incidence": (WORKBENCH, lambda store, scope: incidence(store, scope, PROGRAMME)),
    "expected errors": (WORKBENCH, lambda store, scope: expected_errors(store, scope, PROGRAMME)),
    "overlaps": (WORKBENCH, overlaps),
    "ladder": (WORKBENCH, ladder),
    "life cycle": (WORKBENCH, life_cycle),
    "proposals": (WORKBENCH, _proposals),
    "gaps": (WORKBENCH, gaps),
    "needs": (WORKBENCH, family_needs),
    "facilities": (WORKBENCH, village_facilities),
    "local criteria": (WORKBENCH, criteria),
    "definitions compared": (WORKBENCH, compare_definitions),
    "village profile": (WORKBENCH, village_profile),
}


def time_pages(store: Store) -> dict[str, Any]:
    """scopes: how many; p95: page -> (seconds at the 95th percentile, aim); all: aim -> the same over all its pages;
    median: page -> seconds. A page of one village is asked for villages only."""
    took: dict[str, list[float]] = {name: [] for name in PAGES}
    start = default_scope(store)
    lived_in = store.frame("SELECT DISTINCT village_code AS code FROM family WHERE village_known")["code"]
    for place, region in enumerate(_regions(lived_in)):
        for name, (aim, page) in PAGES.items():
            if page is village_profile and len(region) < 13:
                continue
            # Levels go round by fours: the turn of a definition moves on with each round, so that all meet all.
            definitions = DEFINITIONS[aim == WORKBENCH]
            scope = default_scope(
                store, region=region, definition=definitions[(place + place // 4) % len(definitions)],
                unit=("families", "persons")[place // 2 % 2],
            )  # fmt: skip
            scope = replace(scope, snapshot_id=start.snapshot_id)
            begun = time.perf_counter()
            page(store, scope)
            took[name].append(time.perf_counter() - begun)
    by_aim = {
        str(aim): float(np.quantile([second for name in took if PAGES[name][0] == aim for second in took[name]], 0.95))
        for aim in (READING, WORKBENCH)
    }
    return {
        "scopes": SCOPES,
        "p95": {name: (float(np.quantile(seconds, 0.95)), PAGES[name][0]) for name, seconds in took.items()},
        "median": {name: float(np.median(seconds)) for name, seconds in took.items()},
        "all": by_aim,
    }


def _regions(codes: pd.Series) -> list[str]:
    """SCOPES regions of all four levels, the province (the dearest) as often as any."""
    levels = [sorted(set(codes.str[:digits])) for digits in (2, 5, 8, 13)]
    return [level[place * 7 % len(level)] for place in range(SCOPES // 4) for level in levels]

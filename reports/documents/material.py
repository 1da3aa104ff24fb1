"""What documents are written from: every measure of a scope, asked once and only when a chapter needs it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from analytics import catalogue
from analytics.change import Since, earlier
from analytics.coverage import Coverage, coverage
from analytics.extreme_traits import ExtremeTraits, extreme_traits
from analytics.fitness import Fitness, fitness
from analytics.gaps import Gaps, gaps
from analytics.ladder import Ladder, ladder
from analytics.needs import Needs, family_needs
from analytics.official import OfficialSeries, official_series
from analytics.overlaps import Overlaps, overlaps
from analytics.overview import Overview, main_regency, overview, population
from analytics.plan import Plan, plan
from analytics.pockets import Pockets, find_pockets
from analytics.scope import Scope
from analytics.targeting import Targeting, targeting
from analytics.text import day
from data.document_texts import Entry, read_texts
from data.load_village_proposals import village_proposals
from data.store import Store
from reports.documents.blocks import LEVEL_NAMES, Level
from reports.documents.door import door
from reports.documents.ledger import Ledger
from reports.documents.shared_places import PlaceFacts, as_printed, place_facts
from reports.provenance import Provenance, provenance


@dataclass
class Material:
    """moment: when the document is (or was) made; rules and entries of people count as they stood then. quarter: 1 to
    4, of a document about one; null for others."""

    store: Store
    scope: Scope
    year: int
    level: Level
    moment: datetime
    quarter: int | None = None
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(door(self.level))

    @property
    def on(self) -> date:
        """The day whose rules hold."""
        return self.moment.date()

    @cached_property
    def about(self) -> Provenance:
        return replace(provenance(self.store, self.scope), made_at=self.moment)

    @cached_property
    def snapshot(self) -> catalogue.Snapshot:
        return catalogue.snapshot(self.store, self.scope.snapshot_id)

    @cached_property
    def overview(self) -> Overview:
        return overview(self.store, self.scope)

    @property
    def pockets(self) -> Pockets:
        return self.overview.pockets

    @cached_property
    def population(self) -> tuple[int | None, str]:
        """Persons the extreme poor are a share of, null where not known; whose they are."""
        return population(self.store, self.pockets, self.snapshot)

    @cached_property
    def places(self) -> dict[str, PlaceFacts]:
        """The extreme poor of every village, district and regency that has to do with the scope."""
        around = self.pockets
        if len(self.scope.region) > 5:
            around = find_pockets(self.store, replace(self.scope, region=self.scope.region[:5]), self.on)
        return place_facts(self.ledger, around, self.scope.region)

    @cached_property
    def printed(self) -> Pockets:
        """The pockets with what documents print of their villages, and nothing else: what is said of a village, and
        every order and count of villages, is made of these."""
        return as_printed(self.pockets, self.places)

    @cached_property
    def regency(self) -> str:
        """The region official figures and an office's texts are of: the scope's own down to a regency, else the regency
        that holds most of its families."""
        return self.scope.region[:5] or main_regency(self.pockets)

    @cached_property
    def official(self) -> OfficialSeries:
        return official_series(self.store, self.regency, self.on)

    @cached_property
    def traits(self) -> ExtremeTraits:
        return extreme_traits(self.store, self.scope)

    def names_of(self, codes: list[str]) -> dict[str, str]:
        """Code -> name of those in the code list."""
        rows = self.store.rows("SELECT code, name FROM region WHERE list_contains($codes, code)", {"codes": codes})
        return {row["code"]: row["name"] for row in rows}

    def texts(self, document: str) -> dict[str, Entry]:
        """Place -> what the office wrote into a document of the regency and year."""
        return read_texts(self.store, self.regency, self.year, texts_of(document, self.quarter), self.moment)

    def earlier(self, since: Since) -> catalogue.Head | None:
        """The delivery a change is counted from, of those there were at the moment; null without one."""
        return earlier(self.store, self.scope, since, self.moment)

    @cached_property
    def coverage(self) -> Coverage:
        return coverage(self.store, self.scope, self.on)

    @cached_property
    def gaps(self) -> Gaps:
        return gaps(self.store, self.scope, self.on)

    @cached_property
    def plan(self) -> Plan:
        return plan(self.store, self.scope, self.year, self.moment, self.gaps, self.printed)

    @cached_property
    def village_proposals(self) -> list[dict[str, Any]]:
        return village_proposals(self.store, self.scope.region, self.year, self.moment)

    @cached_property
    def needs(self) -> Needs:
        return family_needs(self.store, self.scope)

    @cached_property
    def overlaps(self) -> Overlaps:
        return overlaps(self.store, self.scope, self.on)

    @cached_property
    def ladder(self) -> Ladder:
        return ladder(self.store, self.scope, self.on, held=self.overlaps.held)

    @cached_property
    def targeting(self) -> Targeting:
        return targeting(self.store, self.scope, on=self.on)

    @cached_property
    def fitness(self) -> Fitness:
        return fitness(self.store, self.scope.snapshot_id, self.on)

    @property
    def inline(self) -> dict[str, str]:
        """What any template may name inside a line."""
        about = self.about
        return {
            "wilayah": self.overview.region_name,
            "tahun": str(self.year),
            "tanggal_data": day(about.source_date),
            "tanggal_dibuat": day(self.on),
            "tingkat": LEVEL_NAMES[self.level],
            "penyusun": "Tim Koordinasi Penanggulangan Kemiskinan",
        }


def texts_of(document: str, quarter: int | None) -> str:
    """Under which name an office's sentences of a document are kept: those of each quarter for themselves."""
    return f"{document}/q{quarter}" if quarter else document


def regency_of(store: Store, scope: Scope) -> str:
    """`Material.regency` of a scope without a document; "" where the scope holds no family."""
    return scope.region[:5] or main_regency(find_pockets(store, scope))

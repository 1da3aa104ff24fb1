"""One small demo regency for all documents, and documents composed of it."""

from datetime import datetime
from functools import cache

import pytest

from analytics import catalogue
from analytics.pipeline import load_demo
from data.store import Store
from reports.documents.build import compose
from reports.documents.catalogue import kind_of

MOMENT = datetime(2026, 11, 2, 9, 30).astimezone()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Small enough for many villages of fewer than five families of extreme poor."""
    with Store(tmp_path_factory.mktemp("documents") / "t.duckdb") as opened:
        load_demo(opened, families=2500)
        yield opened


@pytest.fixture(scope="session")
def composed(demo):
    """kind, region, level -> the document, made once, at one moment."""

    @cache
    def make(kind: str, region: str = "99.01", level="official", **scope):
        about = catalogue.default_scope(demo, region=region, definition="recorded", cut=1, **scope)
        return compose(demo, about, kind_of(kind), 2027, level, MOMENT)

    return make

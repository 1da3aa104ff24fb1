"""Eight visitors at once get the answers one visitor gets, while a delivery comes in and results are computed anew."""

import threading
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd
import pytest

from analytics import catalogue, ranking
from analytics.coverage import coverage, without_programme
from analytics.family_trace import trace
from analytics.inconsistent import inconsistencies, inconsistent_families
from analytics.overview import overview
from analytics.pipeline import load_demo, run
from analytics.pockets import find_pockets
from data.ingest import import_files
from data.store import Store
from tests.pages.office import office_files

THREADS = 8
EACH = 60


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("demo") / "tepat.duckdb") as store:
        load_demo(store, families=500)
        yield store


def questions(store: Store) -> list[Callable[[], Any]]:
    """What the pages ask, in three scopes: a regency by recorded decile and by score, a district by line."""
    snapshot = catalogue.latest(store).snapshot_id
    regions = catalogue.regions_with_data(store, snapshot)
    district = regions.loc[regions["level"] == "district", "code"].min()
    line = store.one("SELECT min(line) AS line FROM village_line WHERE snapshot_id = $1", [snapshot])["line"]
    scopes = [
        catalogue.default_scope(store, snapshot_id=snapshot, definition="recorded"),
        catalogue.default_scope(store, snapshot_id=snapshot, definition="pmt_quota", quota=0.2, unit="persons"),
        catalogue.default_scope(store, snapshot_id=snapshot, definition="pmt_line", line=line, region=district),
    ]
    family = store.one("SELECT min(pseudonym) AS pseudonym FROM family WHERE snapshot_id = $1", [snapshot])["pseudonym"]
    measures = [
        find_pockets, coverage, overview, inconsistencies, inconsistent_families, without_programme,
        ranking.rank_comparison, ranking.decile_profile, ranking.family_ranks, ranking.classes,
        catalogue.scope_line, lambda store, scope: trace(store, scope, family),
        lambda store, scope: catalogue.regions_with_data(store, scope.snapshot_id),
    ]  # fmt: skip
    return [lambda measure=measure, scope=scope: measure(store, scope) for measure in measures for scope in scopes]


def spelled(value: Any) -> Any:
    """An answer as it can be compared; the last digits of a sum depend on the order of its parts."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.to_csv(float_format="%.9g")
    if is_dataclass(value):
        return {field.name: spelled(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: spelled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spelled(item) for item in value]
    return f"{value:.9g}" if isinstance(value, float) else repr(value)


@pytest.mark.slow
def test_eight_threads_get_the_serial_answers_while_an_import_and_a_run_go_on(demo, tmp_path):
    asked = questions(demo)
    serial = [spelled(ask()) for ask in asked]
    first = catalogue.latest(demo).snapshot_id
    card = next(demo.models.iterdir())
    delivery = office_files(tmp_path / "kantor")
    wrong: list[Any] = []
    answered: list[int] = []
    written: list[str] = []
    done = threading.Event()

    def visit(number: int) -> None:
        for step in range(EACH):
            place = (number * 7 + step) % len(asked)
            try:
                if spelled(asked[place]()) != serial[place]:
                    wrong.append(place)
            except Exception as error:  # noqa: BLE001 (told below, with the question it belongs to)
                wrong.append((place, repr(error)))
            answered.append(place)

    def write() -> None:
        try:
            while not done.is_set() or not written:
                written.append(import_files(demo, delivery, label="Kedua").snapshot_id)
                run(demo, first, card)
        except Exception as error:  # noqa: BLE001
            wrong.append(repr(error))
            written.append("failed")

    writer = threading.Thread(target=write)
    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(THREADS)]
    for thread in (writer, *visitors):
        thread.start()
    for thread in visitors:
        thread.join()
    done.set()
    writer.join()
    assert wrong == []
    assert len(answered) == THREADS * EACH
    assert written
    assert first not in written
    assert list(demo.staging.iterdir()) == []

"""The table of villages that leaves the page Kantong prints what documents print."""

import io
from datetime import datetime

import pytest
from python_calamine import CalamineWorkbook

from analytics import catalogue
from analytics.pipeline import load_demo
from analytics.pockets import find_pockets
from data.store import Store
from reports.documents.build import compose
from reports.documents.catalogue import kind_of
from reports.pocket_export import pocket_export
from reports.provenance import provenance


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("demo") / "t.duckdb") as opened:
        load_demo(opened, families=2500)
        yield opened


@pytest.mark.parametrize("region", ["99.01", "99.01.06"])
def test_page_and_document_print_the_same(demo, region):
    scope = catalogue.default_scope(demo, region=region, definition="recorded", cut=1)
    content = pocket_export(demo, find_pockets(demo, scope), provenance(demo, scope))
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[3:]
    facts = compose(demo, scope, kind_of("annex"), 2027, "official", datetime(2026, 3, 1).astimezone()).facts()
    hidden = 0
    for row in rows:
        line = dict(zip(head, row, strict=True))
        whole = line["Kode"] == "Jumlah"
        for column, unit in (("Keluarga miskin ekstrem", "families"), ("Jiwa miskin ekstrem", "persons")):
            fact = facts.get(f"pockets.{unit}" if whole else f"villages/{line['Kode']}/{unit}")
            said = None if line[column] == "" else line[column]
            assert said == (fact.value if fact else 0), line
        hidden += line["Catatan"] == "disembunyikan"
    assert hidden > 3
    assert rows[-1][0] == "Jumlah"
    shown = [row[4] for row in rows[:-1] if row[4] != ""]
    assert shown == sorted(shown, reverse=True)

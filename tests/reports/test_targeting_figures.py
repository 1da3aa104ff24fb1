"""The figures of targeting drawn both ways, what they say to who cannot see them, and the table that leaves."""

import io

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from analytics.scope import Scope
from analytics.targeting import targeting
from analytics.targeting_incidence import incidence
from reports.provenance import provenance
from reports.targeting_figures import concentration_figure, error_split, incidence_figure
from reports.targeting_tables import targeting_export
from tests.analytics.conftest import build, store

__all__ = ["build", "store"]
ROWS = pd.DataFrame(
    {"bar": ["PKH", "KUR"], "exclusion_error": pd.array([0.75, None], "Float64"),
     "quota_shortage": pd.array([0.5, None], "Float64"), "misallocation": pd.array([0.25, None], "Float64")}
)  # fmt: skip


@pytest.fixture
def loaded(store, build):
    build(
        store,
        families=[{"size": 2, "decile_recorded": 1 + n // 20} for n in range(200)],
        enrolments=[{"family_no": n, "programme": "SEMBAKO"} for n in [*range(1, 41), 150, 151]],
    )
    return store


def test_split_parts_and_words():
    figure = error_split(ROWS, {"PKH": "PKH", "KUR": "KUR"}, "Siapa yang tercakup", truncated=False)
    drawn = figure.plotly(dark=True)
    assert drawn.layout.barmode == "stack"
    assert [list(trace.x) for trace in drawn.data] == [[0.25], [0.5], [0.25]]
    assert len({trace.marker.color for trace in drawn.data}) == 3
    assert "kuota kurang 50%" in figure.alt
    assert figure.paper() is not None
    cut_off = error_split(ROWS, {"PKH": "PKH"}, "Siapa", truncated=True)
    assert [trace.name for trace in cut_off.plotly().data] == ["Tercakup", "Belum tercakup"]


def test_curve_and_incidence(loaded):
    found = incidence(loaded, Scope("s1"), "SEMBAKO")
    curve = concentration_figure(found, "Sembako", "penerima")
    line = curve.plotly().data[1]
    assert (line.x[0], line.y[0], line.x[-1], line.y[-1]) == (0, 0, 1, 1)
    assert "95% penerima" in curve.alt  # 40 of 42
    assert curve.paper() is not None
    assert list(incidence_figure(found, "penerima").plotly().data[0].y)[:2] == [pytest.approx(20 / 42)] * 2


def test_nothing_to_draw(store, build):
    build(store, families=[{"size": 1, "decile_recorded": 1}], enrolments=[{"family_no": 1, "programme": "SEMBAKO"}],
          snapshot={"frame": "truncated"})  # fmt: skip
    found = incidence(store, Scope("s1"), "SEMBAKO")
    for figure in (concentration_figure(found, "Sembako", "penerima"), incidence_figure(found, "penerima")):
        assert "Tidak ada data" in figure.plotly().layout.annotations[0].text
        assert figure.paper() is not None


def test_small_cells_do_not_leave(loaded):
    found = targeting(loaded, Scope("s1"), group=("all", "district"))
    content = targeting_export(found, provenance(loaded, Scope("s1")))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Galat sasaran").to_python()[3:]
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["Layak (keluarga)"] == 100
    assert row["Penerima (keluarga)"] == 40  # 42, to the nearest five
    assert row["Tercakup dari yang layak"] == pytest.approx(0.4)
    assert row["Penerima yang layak"] == ""  # of 40: too few for a share of rounded counts

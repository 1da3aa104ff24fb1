"""The figure shows every share twice, and says in words what it shows."""

import io
import json

import pandas as pd
import pytest

from analytics.proxies import COLUMNS, NOT_ASKED
from reports.proxy_figures import proxy_bars, proxy_label


def row(field, kind, levels, survey, register, distance) -> dict:
    return {
        "field": field, "title": field, "kind": kind, "levels": levels, "survey": survey, "register": register,
        "difference": None, "difference_sd": distance, "unknown": 0.0, "far": False,
    }  # fmt: skip


ROWS = pd.DataFrame(
    [
        row("floor", "level", ("earth",), 0.25, 0.4, 0.35),
        row("floor", "level", ("tile", "other"), 0.75, 0.6, -0.34),
        row("size", "ln", (), 3.1, 3.4, 0.2),
        row("motorcycle", "flag", (), 0.5, 0.9, 0.8),
        row("car", "flag", (), 0.1, None, None),
    ],
    columns=list(COLUMNS),
)


def test_all_shares_in_their_order_and_no_mean_among_them():
    figure = proxy_bars(ROWS)
    assert list(figure.drawing.names) == ["Lantai: tanah", "Lantai: keramik atau ubin/lainnya", "Sepeda motor", "Mobil"]
    survey, register = figure.drawing.series
    assert list(survey.values) == [0.25, 0.75, 0.5, 0.1]
    assert list(register.values) == [0.4, 0.6, 0.9, None]
    assert "Lantai: tanah 25% dalam survei dan 40% dalam data keluarga" in figure.alt


def test_of_many_the_furthest_first():
    figure = proxy_bars(ROWS, most=2)
    assert list(figure.drawing.names) == ["Sepeda motor", "Lantai: tanah"]
    assert "2 dari 4" in figure.title


@pytest.mark.parametrize("dark", [False, True])
def test_on_screen_and_on_paper(dark):
    for rows in (ROWS, ROWS.iloc[:0]):
        figure = proxy_bars(rows)
        drawn = json.loads(figure.plotly(dark).to_json())["layout"]
        assert drawn["title"]["text"] == figure.title
        assert figure.title in figure.alt
        picture = io.BytesIO()
        figure.paper().savefig(picture, format="png")
        assert len(picture.getvalue()) > 1000
    assert "tidak ada data" in proxy_bars(ROWS.iloc[:0]).alt


def test_who_is_not_asked_is_named():
    assert proxy_label("head_sector", ("agriculture", NOT_ASKED)).endswith(": pertanian/tidak ditanya")

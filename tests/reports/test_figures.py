"""Each figure shows its numbers, in both shapes, and says in words what it shows."""

import io
import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from reports import figures, style

ROOT = Path(__file__).parents[2]


def coverage_rows() -> pd.DataFrame:
    cell = {"group_families": 100, "group_persons": 300, "village": None, "name": None, "decile": None}
    rows = [
        cell | {"programme": "PKH", "by": "decile", "decile": 1, "families": 60, "persons": 200, "rate_families": 0.6},
        cell | {"programme": "PKH", "by": "decile", "decile": 2, "families": 0, "persons": 0, "rate_families": 0.0},
        cell | {"programme": "PKH", "by": "decile", "families": 5, "persons": 9, "rate_families": 0.05},
        cell | {"programme": "KUR", "by": "decile", "decile": 1, "families": 0, "persons": 0, "rate_families": None},
        cell | {"programme": "PKH", "by": "village", "village": "99.01.01.2002", "name": "Sama", "families": 1,
                "persons": 2, "rate_families": 0.01},
        cell | {"programme": "PKH", "by": "village", "village": "99.01.01.2001", "name": "Sama", "families": 2,
                "persons": 4, "rate_families": 0.02},
    ]  # fmt: skip
    frame = pd.DataFrame(rows).astype({"decile": "Int64", "rate_families": "Float64"})
    return frame.assign(rate_persons=frame["rate_families"])


def every() -> dict[str, figures.Figure]:
    return {
        "coverage_decile": figures.coverage_heatmap(coverage_rows(), "decile"),
        "coverage_village": figures.coverage_heatmap(coverage_rows(), "village", "persons"),
        "crosstab": figures.rank_crosstab(
            pd.DataFrame({"recorded": [1, 2, None], "pmt": [1, None, 10], "families": [1200, 3, 4]}, dtype="Int64")
        ),
        "deciles": figures.decile_bars(
            pd.DataFrame({"decile": [None, 2, 1], "n": [7, 20, 1500]}, dtype="Int64"), "n", "Keluarga", "Keluarga"
        ),
        "scores": figures.score_distribution([1.0, 2.0, 4.0], [10, 30], (1.5, "5% termiskin")),
        "nothing": figures.decile_bars(pd.DataFrame({"decile": [], "n": []}), "n", "Keluarga", "Keluarga"),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(every()))
@pytest.mark.parametrize("dark", [False, True])
def test_on_the_screen(name, dark):
    figure = every()[name]
    drawn = figure.plotly(dark)
    layout = json.loads(drawn.to_json())["layout"]
    assert layout["title"]["text"] == figure.title
    assert layout["separators"] == ",."
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert "http" not in json.dumps(layout | {"template": None})
    assert figure.alt
    assert figure.title in figure.alt


@pytest.mark.parametrize("name", list(every()))
def test_on_paper(name):
    out = io.BytesIO()
    every()[name].paper().savefig(out, format="png", dpi=40)
    assert out.getvalue()[:8] == b"\x89PNG\r\n\x1a\n"


def test_coverage_by_decile_is_programme_by_decile_and_unknown_last():
    heat = every()["coverage_decile"].drawing
    assert (heat.row_keys, heat.column_keys) == (["PKH", "KUR"], ["1", "2", "0"])
    assert heat.column_names == ["1", "2", "tidak diketahui"]
    # A rate that is null is not known; a rate of 0 is.
    assert heat.values == [[0.6, 0.0, 0.05], [None, None, None]]
    assert heat.hover[0][0] == "<b>PKH</b> · desil 1<br>60,0% tercakup<br>60 dari 100 keluarga"
    assert "Tertinggi 60% (PKH / 1), terendah 0% (PKH / 2)." in every()["coverage_decile"].alt


def test_villages_of_one_name_stay_apart():
    figure = every()["coverage_village"]
    assert figure.drawing.row_keys == ["99.01.01.2001", "99.01.01.2002"]
    assert figure.drawing.row_names == ["Sama", "Sama"]
    assert figure.drawing.values == [[0.02], [0.01]]
    clickable = [trace for trace in figure.plotly().data if trace.customdata is not None]
    assert [list(point) for point in clickable[0].customdata] == [["99.01.01.2001", "PKH"], ["99.01.01.2002", "PKH"]]


def test_crosstab_keeps_the_unknown_apart():
    heat = every()["crosstab"].drawing
    assert heat.row_keys[-1] == "0"
    assert heat.values[0][0] == 1200
    assert heat.values[1][10] == 3
    assert heat.values[10][9] == 4
    assert heat.values[4][4] is None


def test_deciles_in_order_with_indonesian_numbers():
    figure = every()["deciles"]
    assert figure.drawing.names == ["1", "2", "tidak diketahui"]
    assert figure.drawing.series[0].values == [1500, 20, 7]
    assert "tertinggi 1.500 (desil 1)" in figure.alt


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
def test_colours_can_be_told_apart(dark):
    look = style.theme(dark)
    steps = [luminance(colour) for colour in look.ramp]
    assert steps == sorted(steps, reverse=not dark)
    themes = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    background = luminance(themes["dark" if dark else "light"]["backgroundColor"])
    for colour, least in ((look.text, 7.0), (look.muted, 4.5), (look.series[0], 3.0), (look.series[1], 3.0)):
        light, shade = max(luminance(colour), background), min(luminance(colour), background)
        assert (light + 0.05) / (shade + 0.05) >= least


def test_no_button_saves_or_sends_a_picture():
    assert style.PLOTLY_CONFIG["displayModeBar"] is False
    assert style.PLOTLY_CONFIG["showSendToCloud"] is False


@pytest.mark.parametrize("look", [style.LIGHT, style.DARK])
def test_values_are_read_on_every_colour_of_the_ramp(look):
    """Contrast by WCAG 2.2, computed here from the colours as they are mixed; 4 is the least of any mixture."""

    def luminance(rgb):
        parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (part / 255 for part in rgb)]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    def rgb(colour):
        return tuple(bytes.fromhex(colour[1:]))

    for step in range(41):
        low = min(step // 10, 3)
        ground = [
            a + (b - a) * (step / 10 - low) for a, b in zip(rgb(look.ramp[low]), rgb(look.ramp[low + 1]), strict=True)
        ]
        dark, light = sorted((luminance(ground), luminance(rgb(style.ink(look, step / 40)))))
        assert (light + 0.05) / (dark + 0.05) >= 4

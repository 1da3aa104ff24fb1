"""Figures of programmes together: each drawn twice, what is hidden stays hidden, and the words that stand for them."""

import pandas as pd
import pytest

from reports.overlap_figures import Dots, programme_heatmap, upset

SETS = pd.DataFrame(
    [
        {"programmes": ("PKH", "SEMBAKO"), "families": 1200, "persons": 4800, "rest": False, "sets": 1},
        {"programmes": (), "families": 300, "persons": 900, "rest": False, "sets": 1},
        {"programmes": None, "families": pd.NA, "persons": pd.NA, "rest": True, "sets": 7},
    ]
)


def test_a_set_is_a_row_of_dots_and_a_bar():
    figure = upset(SETS, ["PKH", "SEMBAKO", "PIP"], "families", extreme=False)
    dots = figure.drawing
    assert isinstance(dots, Dots)
    assert list(dots.columns) == ["PKH", "Sembako"]  # PIP is in no set
    assert list(dots.names) == ["", "Tanpa program", "7 gabungan lain"]
    assert dots.hover[0] == "<b>PKH + Sembako</b><br>1.200 keluarga (80,0%)"
    bars = figure.plotly().data[-1]
    assert bars.x[0] == pytest.approx(4 * bars.x[1])  # 1200 is four times 300
    assert list(bars.text) == ["1.200", "300", "disembunyikan"]
    assert "PKH + Sembako 1.200" in figure.alt


def test_dots_are_drawn_on_paper_too():
    paper = upset(SETS, ["PKH", "SEMBAKO"], "persons", extreme=True).paper()
    axes = paper.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["PKH", "Sembako"]
    assert {"4.800", "900", "disembunyikan"} <= {text.get_text() for text in axes.texts}
    assert len(axes.patches) == 3


def test_nothing_to_draw_is_said():
    figure = upset(SETS.iloc[2:], ["PKH"], "families", extreme=False)
    assert figure.drawing.is_empty
    assert figure.plotly().layout.annotations[0].text == "Tidak ada data untuk digambar."


def test_the_matrix_reads_along_the_row():
    matrix = pd.DataFrame(
        [
            {"programme": a, "other": b, "both": both, "recipients": n, "rate": both / n}
            for a, b, both, n in (
                ("PKH", "PKH", 4, 4),
                ("PKH", "PIP", 1, 4),
                ("PIP", "PKH", 1, 2),
                ("PIP", "PIP", 2, 2),
            )
        ]
    )
    figure = programme_heatmap(matrix, "families")
    assert figure.drawing.values == [[None, 0.25], [0.5, None]]
    assert figure.drawing.hover[1][0] == "<b>PIP</b> yang juga menerima <b>PKH</b><br>50,0%: 1 dari 2 keluarga"
    assert figure.alt.endswith("Tertinggi 50%: PIP dengan PKH.")

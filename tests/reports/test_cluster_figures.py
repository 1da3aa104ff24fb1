"""The answer in words, the picture's text, and colours that can be told apart."""

import pandas as pd
import pytest

from analytics.clusters import CATEGORY_NAMES, Clusters
from analytics.scope import Scope
from reports.cluster_figures import COLOURS, answer, category_colours, group_bars


def found(groups=(), reason=None):
    columns = ["category", "group", "villages", "districts", "names", "persons", "population", "rate"]
    rows = pd.DataFrame([dict(zip(columns, group, strict=True)) for group in groups], columns=columns)
    marked = [row["category"] for row in rows.to_dict("records") for _ in range(row["villages"])]
    villages = pd.DataFrame({"category": [*marked, *["indistinct"] * 10]})
    return Clusters(
        Scope("s1"), villages, rows, "Miskin ekstrem: uji.", 0.1, len(villages), reason, 0.05, 9_999, (), ()
    )


HOT = ("hot", 1, 3, ["Hulu", "Muara"], ["A", "B", "C"], 300, 1000, 0.3)
HOT_TOO = ("hot", 2, 1, ["Seberang"], ["D"], 20, 1000, 0.02)
COLD = ("cold", 1, 2, [], ["E", "F"], 10, 1000, 0.01)


def test_nothing_found_is_said_in_words():
    assert answer(found()) == (
        "**Tidak ada kelompok desa yang dapat dibedakan dari kebetulan.** Desa yang tinggi dan yang rendah tersebar "
        "seperti bila diundi."
    )
    assert answer(found(reason="Hanya 9 desa.")).endswith("kebetulan.** Hanya 9 desa.")


def test_groups_are_counted_placed_and_compared():
    assert answer(found([HOT, HOT_TOO, COLD])) == (
        "**2 kelompok desa (4 desa), di Hulu dan 1 kecamatan lain dan Seberang, jauh lebih miskin: 16% penduduknya "
        "miskin ekstrem, dibanding 10% di semua desa yang dinilai.** 1 kelompok desa (2 desa), di kecamatan tidak "
        "dikenal, jauh kurang miskin: 1% penduduknya miskin ekstrem, dibanding 10% di semua desa yang dinilai."
    )
    only_cold = answer(found([COLD]))
    assert only_cold.startswith("Tidak ada kelompok desa yang jelas lebih miskin daripada wilayahnya. **1 kelompok")


def test_bars_stand_from_poorest_to_least_poor_beside_all():
    figure = group_bars(found([HOT, COLD]))
    assert list(figure.drawing.series[0].values) == [0.3, 0.1, 0.01]
    assert figure.drawing.names[1] == "Semua desa yang dinilai"
    assert "Lebih miskin 1: Hulu dan 1 kecamatan lain (3 desa) 30%" in figure.alt


@pytest.mark.parametrize("dark", [False, True])
def test_colours_differ_in_lightness_from_what_cannot_be_told_apart(dark):
    def lightness(colour):
        red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    shades = {category: lightness(colour) for category, colour in COLOURS[dark].items()}
    assert abs(shades["hot"] - shades["indistinct"]) > 0.2
    assert abs(shades["cold"] - shades["indistinct"]) > 0.2
    assert list(category_colours(dark)) == [CATEGORY_NAMES[name] for name in ("hot", "cold", "indistinct")]

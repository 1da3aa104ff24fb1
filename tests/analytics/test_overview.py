"""The briefing: four figures, the villages to visit and why, official figures beside."""

import pytest

from analytics.overview import overview
from analytics.scope import Scope

A, B, C = "99.01.01.2001", "99.01.01.2002", "99.01.02.2001"
REGIONS = {"99.01": "Kabupaten Uji", "99.01.01": "Kecamatan Satu", A: "Awal", B: "Baru", C: "Cukup"}


@pytest.fixture
def district(store, build):
    build(
        store,
        [
            {"village_code": village, "size": size, "decile_recorded": decile}
            for village, size, decile in ((A, 150, 1), (A, 50, 9), (B, 90, 1), (B, 10, 1), (C, 100, 4))
        ],
        enrolments=[{"family_no": 3, "programme": "PKH"}],
        regions=REGIONS, priority=[B],
        official=[
            {"region_code": "99.01", "year": 2023, "indicator": "extreme_persons", "value": 999},
            {"region_code": "99.01", "year": 2024, "indicator": "extreme_persons", "value": 100},
            {"region_code": "99.01", "year": 2024, "indicator": "P0", "value": 9.5, "unit": "persen"},
        ],
    )  # fmt: skip
    return store


def test_exactly_four_figures(district):
    found = overview(district, Scope("s1"))
    values = {figure.code: figure.value for figure in found.figures}
    assert values == {
        "extreme_persons": 250, "extreme_share": pytest.approx(250 / 400), "pockets": 1, "without_programme": 2,
    }  # fmt: skip
    assert [figure.text for figure in found.figures] == ["250", "62,5%", "1", "2"]
    assert all(figure.date is not None and figure.definition for figure in found.figures)


def test_villages_to_visit_and_why(district):
    villages = overview(district, Scope("s1")).villages
    # C has nobody extreme poor: nothing to visit.
    assert villages["village"].tolist() == [A, B]
    assert villages.loc[0, "why"] == (
        "150 jiwa miskin ekstrem, di atas batas 100; 75% dari penduduknya; "
        "1 keluarga miskin ekstrem belum menerima program apa pun"
    )
    assert villages.loc[1, "why"].startswith("100 jiwa miskin ekstrem; 100% dari penduduknya")
    assert villages.loc[1, "why"].endswith("termasuk lokasi prioritas")


def test_the_paragraph_is_plain_words_made_from_the_numbers(district):
    text = overview(district, Scope("s1")).paragraph
    assert text == (
        "Menurut data 1 Januari 2026, sekitar 250 jiwa dalam 3 keluarga di Kabupaten Uji tergolong miskin ekstrem, "
        "atau 62,5% penduduk. 1 dari 3 desa dihuni lebih dari 100 jiwa miskin ekstrem; 2 desa teratas menampung 100% "
        "dari mereka. 2 keluarga miskin ekstrem belum tercatat menerima program apa pun. "
        "Kunjungan pertama sebaiknya ke Awal dan Baru."
    )


def test_official_figures_stay_beside(district):
    found = {figure.indicator: figure for figure in overview(district, Scope("s1")).official}
    assert list(found) == ["P0", "extreme_persons"]
    assert (found["extreme_persons"].year, found["extreme_persons"].ratio) == (2024, 2.5)
    assert found["P0"].ratio is None
    # A village is shown beside its regency's figures, but its count is no part of that ratio.
    village = {figure.indicator: figure for figure in overview(district, Scope("s1", region=A)).official}
    assert village["extreme_persons"].ratio is None


def test_without_programme_data_nobody_is_called_unreached(store, build):
    build(store, [{"village_code": A, "size": 5, "decile_recorded": 1}], regions=REGIONS)
    found = overview(store, Scope("s1"))
    assert found.figures[3].value is None
    assert found.figures[3].text == "–"
    assert "program" not in found.paragraph


def test_without_a_rank_the_briefing_says_so(store, build):
    build(store, [{"village_code": A, "size": 5}], regions=REGIONS)
    found = overview(store, Scope("s1"))
    assert found.villages.empty
    assert "belum dapat dihitung" in found.paragraph


def test_a_truncated_list_gives_no_share_of_the_population(store, build):
    build(
        store, [{"village_code": A, "size": 5, "decile_recorded": 1}], regions=REGIONS, snapshot={"frame": "truncated"}
    )
    assert overview(store, Scope("s1")).figures[1].value is None


def test_a_code_outside_the_list_does_not_spoil_the_reference(store, build):
    build(store, [{"village_code": A, "size": 5, "decile_recorded": 1}, {"village_code": "99.01.00.0000", "size": 5}],
          regions={A: "Awal"}, populations=[{"village_code": A, "persons": 50}])  # fmt: skip
    assert overview(store, Scope("s1")).figures[1].value == 0.1

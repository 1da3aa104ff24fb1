"""Kriteria daerah and Banding definisi over the demo, and every page under a region's own criteria."""

import pytest

from data.store import Store

PAGES = ["ringkasan", "kantong", "cakupan", "galat", "celah", "peringkat", "kriteria", "banding_definisi"]


def shown(app) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption, *app.warning, *app.info])


def test_the_page_answers_between_two_bounds(app):
    app.run()
    app.switch_page("pages/kriteria.py").run()
    assert not app.exception
    assert not app.error
    values = {metric.label: metric.value for metric in app.metric}
    lower, upper = values["Terbukti memenuhi"], values["Paling banyak"]
    assert 0 < int(lower) < int(upper)  # some villages of the demo were visited
    text = shown(app)
    assert f"Antara {lower} dan {upper} keluarga" in text
    assert "calon" in text
    assert "musyawarah dan keputusan kepala daerah" in text
    assert "19.71" in text  # whose rules these are
    assert "Unduh batas dan klausul (XLSX)" in [button.label for button in app.download_button]


def test_the_definition_is_taken_over_with_its_readings_and_bound(app):
    app.run()
    app.switch_page("pages/kriteria.py").run()
    app.button[0].click().run()
    assert app.session_state["scope"].definition == "local_criteria"
    assert app.session_state["scope"].bound == "lower"
    app.selectbox(key="batas_kriteria").set_value("upper").run()
    app.selectbox(key="baca_pangkalpinang_19_2024_f").set_value("keduanya").run()
    scope = app.session_state["scope"]
    assert (scope.bound, scope.rules.chosen["f"]) == ("upper", "keduanya")
    assert not app.exception


def test_the_address_carries_the_rules(app):
    app.query_params["definisi"] = "Kriteria daerah"
    app.query_params["batas_kriteria"] = "Batas atas"
    app.query_params["baca_pangkalpinang_19_2024_f"] = "keduanya tidak dimiliki (dan)"
    app.run()
    scope = app.session_state["scope"]
    assert (scope.definition, scope.bound, scope.rules.chosen["f"]) == ("local_criteria", "upper", "keduanya")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("bound", ["Batas bawah", "Batas atas"])
def test_every_page_stands_under_local_criteria(app, page, bound):
    app.query_params["definisi"] = "Kriteria daerah"
    app.query_params["batas_kriteria"] = bound
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert not [error.value for error in app.error]
    assert "Kriteria daerah (Perwali Pangkalpinang 19/2024" in shown(app)


def test_the_comparison_of_the_chosen_pair(app):
    app.run()
    app.switch_page("pages/banding_definisi.py").run()
    assert not app.exception
    assert not app.error
    labels = [metric.label for metric in app.metric]
    assert labels == ["Disebut keduanya", "Hanya yang pertama", "Hanya yang kedua", "Tidak dapat dibandingkan"]
    assert "Unduh definisi, pasangan, dan desa (XLSX)" in [button.label for button in app.download_button]
    before = [metric.value for metric in app.metric]
    app.selectbox(key="pasangan_definisi").set_value("recorded local_upper").run()
    assert not app.exception
    assert [metric.value for metric in app.metric] != before


def test_the_form_needs_one_district_and_a_purpose(app, tmp_path):
    app.run()
    app.switch_page("pages/kriteria.py").run()
    assert "Pilih satu kecamatan atau desa" in shown(app)
    district = next(code for code in app.selectbox(key="kecamatan").options if not code.startswith("Semua"))
    app.selectbox(key="kecamatan").select(district).run()
    button = next(button for button in app.button if button.label == "Siapkan formulir")
    button.click().run()
    assert any("tujuan" in error.value for error in app.error)


def test_another_regions_rules_stand_in_the_sidebar(demo_folder, tmp_path, dashboard):
    from data.criteria import receive_rules
    from tests.pages.serving import copy_of

    path = copy_of(demo_folder, tmp_path)
    text = (
        "name: kota_lain\ntitle: Aturan kota lain\nsource: uji\narticles: uji\nstatus: unverified\n"
        'rule: {all_of: [{clause: a, article: x, label: lantai tanah, when: {field: floor, "=": earth}}]}'
    )
    with Store(path) as store:
        receive_rules(store, text.encode(), "lain.yaml")
    app = dashboard(path)
    app.query_params["definisi"] = "Kriteria daerah"
    app.query_params["aturan"] = "Aturan kota lain"
    app.run()
    app.switch_page("pages/kriteria.py").run()
    assert not app.exception
    assert "menurut Aturan kota lain" in shown(app)
    assert {metric.label: metric.value for metric in app.metric}["Terbukti memenuhi"] != "0"

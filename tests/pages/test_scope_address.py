"""The scope and the address: what a quick click takes from it comes back, and a link that errs is told so."""

import pytest

from data.errors import Refused
from data.store import Store
from pages._shared import _kept_card, open_store

SECOND_LINE = "Garis miskin ekstrem Januari 2025 (USD 2,15 PPP 2017)"


def test_parameter_lost_on_a_click_is_given_back(app):
    """The browser sends no parameters where the widgets were not yet drawn when the menu was clicked."""
    app.query_params["satuan"] = "Jiwa"
    app.run()
    app.query_params.clear()
    app.switch_page("pages/kantong.py").run()
    assert app.session_state["scope"].unit == "persons"
    assert app.query_params["satuan"] == "Jiwa"


def test_default_chosen_again_leaves_the_address(app):
    app.query_params["satuan"] = "Jiwa"
    app.run()
    app.query_params.clear()  # as the browser does when the default is chosen
    app.sidebar.segmented_control(key="satuan").set_value("Keluarga").run()
    assert app.session_state["scope"].unit == "families"
    assert "satuan" not in app.query_params


def test_second_line_of_a_link_survives_a_change_of_page(app):
    with open_store().transaction() as cursor:
        for table in ("family_line", "village_line"):
            cursor.execute(f"INSERT INTO {table} SELECT * REPLACE ('ekstrem_2025_01' AS line) FROM {table}")
    app.query_params["definisi"] = "Peluang di bawah garis"
    app.query_params["garis"] = SECOND_LINE
    app.run()
    for page in ("kantong", "cakupan"):
        app.query_params.clear()
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert app.session_state["scope"].line == "ekstrem_2025_01"
        assert app.query_params["garis"] == SECOND_LINE
        assert not [warning for warning in app.warning if "Tautan" in warning.value]


def test_link_to_data_that_is_not_there_says_so_until_another_choice_is_made(app):
    app.query_params["data"] = "Register lama ![](http://x.invalid/)"
    app.query_params["kecamatan"] = "Entah"
    app.run()
    (said,) = [warning.value for warning in app.warning if "Tautan" in warning.value]
    assert "(Data dan Kecamatan)" in said
    assert "lama" not in said
    app.switch_page("pages/kantong.py").run()
    assert [warning for warning in app.warning if "Tautan" in warning.value]
    app.sidebar.segmented_control(key="satuan").set_value("Jiwa").run()
    assert not [warning for warning in app.warning if "Tautan" in warning.value]


def test_card_of_the_last_run_is_found_by_name_where_the_models_are_now(tmp_path):
    with Store(tmp_path / "pindah" / "tepat.duckdb") as store:
        store.models.mkdir(exist_ok=True)
        (store.models / "kartu.yaml").touch()
        for written in ("/lama/models/kartu.yaml", r"D:\Tepat\models\kartu.yaml"):
            assert _kept_card(store, written) == store.models / "kartu.yaml"
        old = tmp_path / "lama.yaml"
        old.touch()
        with pytest.raises(Refused) as refused:
            _kept_card(store, str(old))
    assert refused.value.code == "model_missing"
    assert "lama.yaml" in refused.value.message

"""Desa berkelompok: the answer in words first, four states on the map, and a reason where nothing can be said."""

import pytest

from tests.pages.test_pages import ENGLISH, texts


def opened(at):
    at.run()
    at.switch_page("pages/kelompok.py").run()
    assert not at.exception
    assert not at.error
    return at


def test_the_answer_comes_first(app):
    opened(app)
    assert [title.value for title in app.title] == ["Desa berkelompok"]
    assert len(app.metric) == 4
    assert all(metric.help for metric in app.metric)
    assert "kelompok" in app.markdown[1].value.lower()
    assert [text for text in texts(app) if ENGLISH.search(text)] == []


def test_every_village_has_one_of_four_states(app):
    opened(app)
    table = next(frame.value for frame in app.dataframe if "Keadaan" in frame.value.columns)
    counts = table["Keadaan"].value_counts()
    assert set(counts.index) <= {
        "Kelompok lebih miskin", "Kelompok kurang miskin", "Tidak dapat dibedakan", "Tidak ada data",
    }  # fmt: skip
    assert counts["Tidak dapat dibedakan"] == int(app.metric[3].value)
    assert counts.sum() == 120


def test_expected_numbers_say_that_the_model_may_make_the_groups(app):
    app.run()
    app.sidebar.selectbox(key="definisi").select("Peluang di bawah garis").run()
    assert app.session_state["scope"].definition == "pmt_line"
    app.switch_page("pages/kelompok.py").run()
    assert not app.exception
    assert any("kelompok dapat berasal dari model itu sendiri" in text for text in texts(app))


def test_a_chosen_village_is_explained(app):
    app.run()
    app.session_state["desa_dipilih"] = "99.01.01.1001"
    app.switch_page("pages/kelompok.py").run()
    assert not app.exception
    assert any("99.01.01.1001" in text for text in texts(app))
    assert "Undian sejauh itu" in app.table[0].value.to_string()


def test_a_district_of_few_villages_says_why_not(app):
    app.run()
    from pages._shared import open_store

    with open_store().transaction() as cursor:  # the demo's districts have fifteen villages each
        cursor.execute("DELETE FROM boundary WHERE starts_with(code, '99.01.01.') AND code > '99.01.01.2'")
    options = app.sidebar.selectbox(key="kecamatan").options
    app.sidebar.selectbox(key="kecamatan").select(options[1]).run()
    assert app.session_state["scope"].region == "99.01.01"
    app.switch_page("pages/kelompok.py").run()
    assert not app.exception
    assert any("Hanya 6 desa" in text and "sekurang-kurangnya 10 desa" in text for text in texts(app))
    assert app.metric[0].value == "0"


def test_without_boundaries_the_page_says_what_to_load(app):
    app.run()
    from pages._shared import open_store

    with open_store().transaction() as cursor:
        cursor.execute("DELETE FROM boundary")
    app.switch_page("pages/kelompok.py").run()
    assert not app.exception
    assert any("muat berkas batas" in error.value for error in app.error)


@pytest.mark.parametrize("many", [0, 10_000])
def test_a_wide_area_is_computed_on_request(app, monkeypatch, many):
    import analytics.clusters

    monkeypatch.setattr(analytics.clusters, "mapped_villages", lambda store, scope: many)
    opened(app)
    asked = [button for button in app.button if button.label == "Cari kelompok desa"]
    assert len(asked) == (1 if many else 0)
    if many:
        assert not app.metric
        asked[0].click().run()
        assert not app.exception
    assert len(app.metric) == 4

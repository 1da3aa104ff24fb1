"""Cakupan program beyond its first tab: rules, stages, the ladder, proposals and what people decide of them."""

import re

import pytest

TABS = ["Kombinasi program", "Siklus hidup", "Tangga intervensi", "Usulan"]


def open_tab(app, name):
    app.session_state["tab_cakupan"] = name
    app.switch_page("pages/cakupan.py").run()
    assert not app.exception
    return " ".join(element.value for element in [*app.markdown, *app.caption])


@pytest.mark.parametrize("definition", ["recorded", "pmt_quota", "pmt_line"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_runs_under_every_definition(app, tab, definition):
    app.run()
    names = {"recorded": "Peringkat tercatat", "pmt_quota": "Kuota PMT", "pmt_line": "Peluang di bawah garis"}
    app.sidebar.selectbox(key="definisi").select(names[definition]).run()
    shown = open_tab(app, tab)
    assert app.session_state["scope"].definition == definition
    assert not app.error
    assert not re.search(r"\b(nan|None|NA|NaT)\b|<NA>", shown)


def test_combinations_say_what_meets_and_what_lacks_its_list(app):
    app.run()
    shown = open_tab(app, "Kombinasi program")
    assert "BLT Dana Desa bersamaan dengan PKH atau Sembako" in shown
    assert "Daftar penerima BPUM belum dimuat." in shown
    assert "Unduh gabungan dan aturannya (XLSX)" in [button.label for button in app.download_button]
    app.segmented_control(key="gabungan_siapa").set_value("Miskin ekstrem").run()
    assert not app.exception
    assert any("dipegang keluarga miskin ekstrem" in text.value for text in app.markdown)


def test_the_ladder_adds_up_on_the_screen(app):
    app.run()
    shown = open_tab(app, "Tangga intervensi")
    (said,) = re.findall(r"Dari \*\*([\d.]+) keluarga miskin ekstrem", shown)
    whole = int(said.replace(".", ""))
    classes = next(frame.value for frame in app.dataframe if "Langkah daerah" in frame.value.columns)
    assert classes["Keluarga"].sum() == whole > 0


def test_a_decision_stays_beside_its_proposal(app):
    from analytics.proposals import proposals
    from pages._shared import open_store

    app.run()
    open_tab(app, "Usulan")
    app.segmented_control(key="usulan_jenis").set_value("Usul keluar program").run()
    app.selectbox(key="usulan_propose_out").select("Keluarkan dari PBI-JKN").run()
    key = f"usulan_out_PBI-JKN_{app.session_state['scope'].region}"
    app.session_state[key] = {"selection": {"rows": [0], "columns": []}}
    app.run()
    button = "FormSubmitter:keputusan_usulan-Simpan keputusan"
    app.button(key=button).click().run()
    assert "keputusan" in app.error[0].value.lower()
    next(part for part in app.segmented_control if part.label == "Keputusan").set_value("Ditolak")
    for label, text in (("Alasan", "Desil keliru"), ("Diputuskan oleh", "Musyawarah desa")):
        next(field for field in app.text_input if field.label == label).set_value(text)
    app.button(key=button).click().run()
    assert not app.exception
    kept = open_store().rows("SELECT programme, proposal, decision, reason, decided_by FROM review")
    assert kept == [{"programme": "PBI-JKN", "proposal": "propose_out", "decision": "rejected",
                     "reason": "Desil keliru", "decided_by": "Musyawarah desa"}]  # fmt: skip
    families = next(frame.value for frame in app.dataframe if "Keputusan" in frame.value.columns)
    assert families["Keputusan"].iloc[0] == "Ditolak"
    assert proposals(open_store(), app.session_state["scope"]).rows["rejected"].sum() == 1


def test_the_list_by_name_needs_a_small_area_and_is_recorded(app):
    from pages._shared import open_store
    from reports import audit

    app.run()
    open_tab(app, "Usulan")
    prepare = "FormSubmitter:daftar_usulan-Siapkan daftar"

    def ask():
        app.segmented_control(key="usulan_jenis").set_value("Usul keluar program").run()
        for label, text in (("Tujuan", "Verval"), ("Penerima", "Dinas Sosial")):
            next(field for field in app.text_input if field.label == label).set_value(text)
        app.button(key=prepare).click().run()

    ask()
    assert "kecamatan" in app.error[0].value
    district = app.sidebar.selectbox(key="kecamatan").options[1]
    app.sidebar.selectbox(key="kecamatan").select(district).run()
    ask()
    assert not app.error
    assert "Unduh daftar usulan (XLSX)" in [button.label for button in app.download_button]
    assert [entry["action"] for entry in audit.read(open_store())] == ["proposal_list"]

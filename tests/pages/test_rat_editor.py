"""The editor of the annual plan on the demo: each part draws, a code of the list is taken, changes beneath are said."""

import pytest

from tests.pages.serving import copy_of
from tests.pages.test_pages import ENGLISH, texts


def editor():
    from analytics import catalogue
    from analytics.scope import Scope
    from pages._dokumen_rat import rat_editor
    from pages._shared import open_store

    store = open_store()
    rat_editor(store, Scope(catalogue.snapshots(store)[0].snapshot_id, region="99.01"), 2027)


@pytest.fixture
def page(demo_folder, tmp_path, monkeypatch, dashboard):
    from streamlit.testing.v1 import AppTest

    dashboard(copy_of(demo_folder, tmp_path))  # the store of the test's own, closed afterwards
    return AppTest.from_function(editor, default_timeout=60).run()


def test_every_part_draws_in_indonesian(page):
    for part in ("Rencana", "Realisasi", "Usulan desa", "Daftar SIPD"):
        page.segmented_control(key="bagian_rat").set_value(part).run()
        assert not page.exception
        assert not page.error
        assert [text for text in texts(page) if ENGLISH.search(text)] == []
        assert page.markdown[0].value.startswith(("Rencana 2027", "Belum ada realisasi", "**14 usulan", "**5 sub"))


def test_a_code_of_the_list_is_taken_for_a_row(page):
    page.selectbox(key="baris_sipd").set_value("PKH")
    page.selectbox(key="kode_sipd").set_value("9.99.05.2.02.0003")
    page.button(key="FormSubmitter:sipd-Pakai sub-kegiatan ini").click().run()
    assert not page.exception
    from analytics.plan import plan
    from pages._shared import open_store

    row = plan(open_store(), page.session_state["rencana_disusun"][1].scope, 2027).rows[0]
    assert (row.key, row.cells["sub_activity"].value) == ("PKH", "Verifikasi dan pengusulan calon penerima (contoh)")


def test_a_proposal_that_changed_beneath_a_persons_word_is_said(page):
    from data.plan_entries import save_edits
    from pages._shared import open_store

    assert not page.warning
    save_edits(open_store(), "99.01", 2027, [("PKH", "target", 7, "1")])
    page.run()
    assert "usulan semula 1, kini" in page.warning[0].value
    assert "isian Anda 7 tetap dipakai" in page.warning[0].value

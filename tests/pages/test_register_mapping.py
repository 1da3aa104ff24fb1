"""Page Data: files nobody knows are mapped in their tables, kept as a profile and imported."""

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.profile_draft_register import KINDS, propose_table
from data.store import Store
from pages._mapping_words import label, word
from tests.data.foreign_register import FLOORS, SEXES, frames, write_register
from tests.data.test_profile_draft_register import FIELDS, WORDS
from tests.pages.test_pages import click, texts

PICKED = {header: label(name) for fields in FIELDS.values() for name, header in fields.items()}
PICKED |= {"hmb_a": label("disability"), "hmb_b": label("disability")}
MEANT = {
    cell: None if meant is None else word(name, meant) for name, words in WORDS.items() for cell, meant in words.items()
}


@pytest.fixture
def hands(monkeypatch):
    """A person at the tables: AppTest cannot edit a data editor, so what is picked is put in as it is drawn."""

    def edited(frame, column_config, key, **_):
        frame = frame.copy()
        if "header" in frame:
            frame["field"] = [PICKED.get(header) for header in frame["header"]]
        else:
            options = column_config["word"]["type_config"]["options"]
            frame["word"] = [MEANT.get(cell) for cell in frame["spelling"]]
            assert set(frame["word"].dropna()) <= set(options)
        st.dataframe(frame)
        return frame

    monkeypatch.setattr(st, "data_editor", edited)


@pytest.fixture
def paths(tmp_path):
    return write_register(tmp_path / "asing")


def upload(at: AppTest, paths) -> None:
    at.run()
    at.switch_page("pages/data.py").run()
    files = [(path.name, path.read_bytes(), "text/csv") for path in paths.values()]
    at.file_uploader(key="kiriman_0").set_value(files).run()
    click(at, "Periksa berkas")


def shown(at: AppTest) -> str:
    return " ".join([*texts(at), *(frame.value.to_csv() for frame in at.dataframe)])


def test_an_unknown_delivery_opens_the_editor_and_shows_nobody(app, paths):
    upload(app, paths)
    assert not app.exception
    assert not app.error
    everything = shown(app)
    assert "Petakan kolom berkas ini" in [heading.value for heading in app.subheader]
    assert not any(hidden in everything for hidden in ("Rekaan 1 ", "Warga", "Jalan Contoh", "9901000000", "99020000"))
    assert any("Yang masih kurang" in info.value for info in app.info)
    save = next(button for button in app.button if button.label.startswith("Simpan profil dan"))
    assert save.disabled


def test_mapped_through_the_screen_and_imported(app, hands, paths):
    from pages._shared import open_store

    upload(app, paths)
    for kind in KINDS:  # every table of words is looked at once, as a person would
        box = next(box for box in app.selectbox if (box.key or "").startswith("isian_") and f"_{kind}_" in box.key)
        for choice in list(box.options):
            next(one for one in app.selectbox if one.key == box.key).select(choice).run()
            assert not app.exception
    next(field for field in app.text_input if field.label == "Nama profil").set_value("Data Rekaan").run()
    lacking = [info.value for info in app.info if "Yang masih kurang" in info.value]
    assert lacking == []
    click(app, "Simpan profil dan periksa berkas")
    assert not app.exception
    assert not app.error
    assert "Data Rekaan" in " ".join(texts(app))
    click(app, "Impor")
    assert not app.exception
    files = frames(paths)
    done = app.success[0].value
    assert f"{len(files['family'])} keluarga dan {len(files['person'])} jiwa di 4 desa" in done
    store = open_store()
    snapshot = store.one("SELECT snapshot_id FROM snapshot ORDER BY imported_at DESC LIMIT 1")["snapshot_id"]
    assert snapshot.startswith("data_rekaan-")
    kept = store.frame("SELECT floor, decile_regency FROM family WHERE snapshot_id = ? ORDER BY family_no", [snapshot])
    assert kept["floor"].fillna("").tolist() == [FLOORS[cell] or "" for cell in files["family"]["jns_lt"]]
    assert kept["decile_regency"].tolist() == files["family"]["klp"].astype(int).tolist()
    people = store.frame("SELECT sex FROM person WHERE snapshot_id = ? ORDER BY person_no", [snapshot])
    assert people["sex"].tolist() == files["person"]["jk_or"].map(SEXES).tolist()
    assert not list(store.staging.iterdir())


def test_a_profile_of_another_office_is_received_or_refused(app):
    app.run()
    app.switch_page("pages/data.py").run()
    app.file_uploader(key="berkas_profil").set_value(("jahat.yaml", b"name: ../x\ntitle: x", "application/yaml")).run()
    click(app, "Simpan profil ini")
    assert "jahat.yaml tidak dapat dipakai" in app.error[0].value
    good = b"name: kabupaten_lain\ntitle: Kabupaten Lain\ntables: "
    good += b"[{kind: family, recognise: [floor], fields: {floor: [a]}}]"
    app.file_uploader(key="berkas_profil").set_value(("lain.yaml", good, "application/yaml")).run()
    click(app, "Simpan profil ini")
    assert not app.error
    assert any("Kabupaten Lain" in box.value for box in app.success)
    assert any("Kabupaten Lain" in box.options for box in app.selectbox)


def test_no_two_fields_or_words_look_the_same_on_the_screen(tmp_path):
    with Store(tmp_path / "t.duckdb") as store:
        for kind in KINDS:
            part = propose_table(store, kind, {})
            labels = pd.Series({name: label(name) for name in part.types})
            assert labels[labels.duplicated(keep=False)].to_dict() == {}
            for name in part.types:
                words = [word(name, one) for one in part.words(name)]
                assert len(set(words)) == len(words), (name, words)
                assert not set(words) & {"own_account", "official", "other", "tile"}, (name, words)

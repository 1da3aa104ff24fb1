"""Telusur keluarga and Tidak konsisten: what they say, and that nobody's NIK or name is shown, logged or addressed."""

import logging
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_pages import ENGLISH, texts


def opened(at: AppTest, page: str) -> AppTest:
    at.run()
    at.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    return at


def everything(at: AppTest) -> str:
    """All that a reader can see or a developer can find: texts, tables, inputs, the address."""
    tables = [frame.value.to_csv() for frame in at.dataframe] + [frame.value.to_csv() for frame in at.table]
    inputs = [str(field.value) for field in at.text_input]
    return " ".join([*texts(at), *tables, *inputs, str(dict(at.query_params))])


def identities() -> tuple[set[str], set[str]]:
    """Every NIK and every name of the demo, long enough not to be part of an Indonesian word by chance."""
    from pages._shared import open_store

    rows = open_store().rows("SELECT nik, name FROM person_identity")
    rows += open_store().rows("SELECT head_nik AS nik, head_name AS name FROM family_identity")
    return {row["nik"] for row in rows if row["nik"]}, {row["name"] for row in rows if len(row["name"] or "") > 8}


def somebody() -> tuple[str, str, str]:
    """NIK and name of a well-identified member who is not the head, and the pseudonym of the family."""
    from pages._shared import open_store

    row = open_store().one(
        """
        SELECT x.nik, x.name, f.pseudonym FROM person_identity AS x JOIN person AS p USING (snapshot_id, person_no)
        JOIN family AS f USING (snapshot_id, family_no)
        WHERE p.relation = 'child' AND regexp_full_match(x.nik, '[0-9]{16}') AND f.decile_recorded IS NOT NULL
          AND x.nik IN (SELECT nik FROM person_identity GROUP BY nik HAVING count(*) = 1)
        ORDER BY p.person_no LIMIT 1
        """
    )
    assert row is not None
    return row["nik"], row["name"], row["pseudonym"]


def choose(at: AppTest, way: str) -> None:
    at.segmented_control(key="cara_telusur").set_value(way).run()


def by_nik(at: AppTest, nik: str, purpose: str = "Menjawab keberatan warga") -> None:
    choose(at, "NIK")
    at.text_input[0].set_value(nik)
    at.text_input[1].set_value(purpose)
    next(button for button in at.button if button.label == "Cari").click().run()
    assert not at.exception


@pytest.mark.parametrize("page", ["telusur", "tidak_konsisten"])
def test_page_runs_in_indonesian_and_says_that_the_demo_is_fictional(app, page):
    opened(app, page)
    assert not app.error
    assert "Data contoh (fiktif)" in app.markdown[0].value
    assert [text for text in texts(app) if ENGLISH.search(text)] == []


def test_a_family_found_by_pseudonym_is_explained(app):
    opened(app, "telusur")
    _, _, pseudonym = somebody()
    choose(app, "Nomor semu")
    app.text_input[0].set_value(pseudonym.lower())
    app.button(key="FormSubmitter:nomor_semu-Cari").click().run()
    assert not app.exception
    assert [metric.label for metric in app.metric] == [
        "Desil tercatat", "Desil PMT", "Desil yang mungkin", "Terisi rata-rata",
    ]  # fmt: skip
    shown = everything(app)
    assert pseudonym in shown
    assert "UU 27/2022 pasal 10" in shown
    assert "Program yang diterima" in [heading.value for heading in app.subheader]
    assert [text for text in texts(app) if ENGLISH.search(text)] == []


def test_unknown_pseudonym_is_one_sentence(app):
    opened(app, "telusur")
    choose(app, "Nomor semu")
    app.text_input[0].set_value("TIDAKADA")
    app.button(key="FormSubmitter:nomor_semu-Cari").click().run()
    assert len(app.error) == 1
    assert "nomor semu" in app.error[0].value


def test_village_list_is_masked(app):
    opened(app, "telusur")
    (listed,) = [frame.value for frame in app.dataframe]
    assert list(listed.columns) == ["Nomor semu keluarga", "Anggota", "Desil tercatat", "Desil PMT"]
    assert len(listed)


def test_nik_finds_the_family_and_stays_nowhere(app, caplog, capfd):
    from pages._shared import open_store
    from reports import audit

    caplog.set_level(logging.DEBUG)
    opened(app, "telusur")
    nik, name, pseudonym = somebody()
    by_nik(app, nik)
    assert app.session_state["keluarga_ditemukan"][1] == (pseudonym,)
    shown = everything(app)
    assert pseudonym in shown
    assert nik not in shown
    assert name not in shown
    assert nik not in str(app.session_state)
    assert "nik_0" not in app.session_state
    assert nik not in caplog.text
    written = capfd.readouterr()
    assert nik not in written.out + written.err
    record = Path(audit.path(open_store())).read_text(encoding="utf-8")
    assert nik not in record
    assert [entry.get("pseudonyms") for entry in audit.read(open_store())] == [[pseudonym]]


@pytest.mark.parametrize(
    ("typed", "purpose", "word"),
    [
        ("123", "Uji", "16 angka"),
        ("9901017001010000", "Uji", "tidak ada dalam data"),
        ("9901017001010000", "", "tujuan"),
    ],
)
def test_nik_refusals_are_one_sentence_and_forget_what_was_typed(app, typed, purpose, word):
    opened(app, "telusur")
    by_nik(app, typed, purpose)
    assert len(app.error) == 1
    assert word in app.error[0].value.lower()
    assert typed not in everything(app)
    assert f"'{typed}'" not in str(app.session_state)
    app.run()
    assert not app.error


def test_nik_field_is_a_password_field(app):
    opened(app, "telusur")
    choose(app, "NIK")
    assert app.text_input[0].proto.type == app.text_input[0].proto.PASSWORD


def test_doubted_families_are_counted_and_listed_with_reasons(app):
    opened(app, "tidak_konsisten")
    numbers = [int(metric.value.replace(".", "")) for metric in app.metric[:2]]
    assert sum(numbers) > 0
    listed = next(frame.value for frame in app.dataframe if "Nomor semu" in frame.value.columns)
    assert len(listed) == min(sum(numbers), 500)
    assert listed["Ciri yang berlawanan dengan desilnya"].str.len().gt(5).all()
    app.segmented_control(key="arah").set_value("Tercatat miskin, tampak lebih mampu").run()
    listed = next(frame.value for frame in app.dataframe if "Nomor semu" in frame.value.columns)
    assert len(listed) == numbers[0]
    assert (listed["Tercatat"] < listed["Menurut ciri"]).all()


def test_chosen_village_narrows_the_list(app):
    opened(app, "tidak_konsisten")
    villages = next(frame.value for frame in app.dataframe if "Bagian" in frame.value.columns)
    from analytics.inconsistent import inconsistencies
    from pages._shared import open_store

    found = inconsistencies(open_store(), app.session_state["scope"]).villages
    doubted = found.set_index("village")[["better_off", "poorer"]].sum(axis=1)
    app.session_state["desa_dipilih"] = doubted.idxmax()
    app.run()
    listed = next(frame.value for frame in app.dataframe if "Nomor semu" in frame.value.columns)
    assert len(listed) == doubted.max() == villages["Keluarga"].max()


def test_priority_list_needs_a_purpose_and_is_recorded(app):
    from analytics.inconsistent import inconsistencies
    from pages._shared import open_store
    from reports import audit

    opened(app, "tidak_konsisten")
    found = inconsistencies(open_store(), app.session_state["scope"]).villages
    app.session_state["desa_dipilih"] = found.set_index("village")[["better_off", "poorer"]].sum(axis=1).idxmax()
    app.run()
    prepare = "FormSubmitter:prioritas-Siapkan daftar"
    app.button(key=prepare).click().run()
    assert "tujuan" in app.error[0].value.lower()
    for field, text in zip(app.text_input, ("Verval", "Dinas Sosial"), strict=True):
        field.set_value(text)
    app.button(key=prepare).click().run()
    assert not app.error
    assert "Unduh daftar prioritas (XLSX)" in [button.label for button in app.download_button]
    assert [entry["action"] for entry in audit.read(open_store())] == ["verval_priority"]
    app.segmented_control(key="arah").set_value("Tercatat mampu, tampak lebih miskin").run()
    assert "Unduh daftar prioritas (XLSX)" not in [button.label for button in app.download_button]


def test_no_nik_and_no_name_on_either_page(app):
    opened(app, "tidak_konsisten")
    niks, names = identities()
    shown = everything(app)
    opened(app, "telusur")
    _, _, pseudonym = somebody()
    choose(app, "Nomor semu")
    app.text_input[0].set_value(pseudonym)
    app.button(key="FormSubmitter:nomor_semu-Cari").click().run()
    shown += everything(app)
    assert niks
    assert names
    assert [nik for nik in niks if re.search(rf"(?<!\d){nik}(?!\d)", shown)] == []
    assert [name for name in names if name in shown] == []

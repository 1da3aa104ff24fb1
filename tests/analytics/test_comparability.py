"""Two vintages side by side: what each form could answer is typed in from the field notes, not from the profiles."""

import pytest

from analytics.comparability import comparable
from data.ingest import import_files
from data.store import Store
from reports import comparison

HEAD = "ID Keluarga;Kode Kemdagri;Desa;Desil Kesejahteraan;Jenis Lantai;Sumber Penerangan;Jenis Atap;"
BAB = "Memiliki fasilitas Buang Air Besar"


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


@pytest.fixture
def loaded(store, tmp_path):
    def run(name, text):
        path = tmp_path / f"{name}.csv"
        path.write_text(text + "\n", encoding="utf-8")
        return import_files(store, [path], label=name).snapshot_id

    old = run("2022", HEAD + BAB + "\nK1;19.71.01.1006;Bacang;1;Tanah;Listrik Bersama;Bambu;Ya, dengan Septictank")
    later = "K1;19.71.01.1006;Bacang;1;Semen;Listrik PLN meteran;Beton;Milik Sendiri;3"
    new = run("2024", f"{HEAD}{BAB};Persentil\n{later}")
    dtsen = run(
        "dtsen",
        "nomor_kartu_keluarga|kode_kelurahan_desa|kelurahan_desa|desil_nasional|jenis_lantai_terluas|fasilitas_bab|"
        "jenis_atap_terluas|pembuangan_akhir_tinja\n9901010101200001|19.71.01.1006|Bacang|1|8|6|1|1",
    )
    return old, new, dtsen


def by_field(found):
    return {one.field: one for one in found.fields}


def test_the_septic_tank_of_2022_is_not_in_2024(store, loaded):
    old, new, _ = loaded
    found = by_field(comparable(store, old, new))
    assert (found["septic"].state, found["septic"].absent_second) == ("no", True)
    assert (found["toilet"].state, found["floor"].state) == ("same", "same")
    assert found["lighting"].state == "no"  # shared or own line against metered or not
    assert found["lighting"].question_first is not None
    assert "wall" not in found  # in neither file
    said = comparable(store, old, new)
    assert comparison.answer(said).endswith("**Jangan bandingkan penerangan.**")
    assert comparison.absent(said) == ["**Tidak ada isinya dalam 2024**, jadi tidak dapat dibandingkan: tangki septik."]


def test_six_answers_of_dtsen_against_three(store, loaded):
    _, new, dtsen = loaded
    found = comparable(store, new, dtsen)
    toilet = by_field(found)["toilet"]
    assert (toilet.state, toilet.only_first, toilet.only_second) == ("partly", ("other",), ("none",))
    assert not found.same_frame
    assert found.same_unit
    assert "hanya bagian termiskin" in comparison.warnings(found)[0]
    assert comparison.reason(found, toilet) == (
        "Jawaban “lainnya” hanya ada dalam 2024. Jawaban “tidak ada” hanya ada dalam dtsen."
    )


def test_order_of_the_two_does_not_matter(store, loaded):
    old, _, dtsen = loaded
    there, back = by_field(comparable(store, old, dtsen)), by_field(comparable(store, dtsen, old))
    assert {name: one.state for name, one in there.items()} == {name: one.state for name, one in back.items()}
    assert all(one.only_first == back[name].only_second for name, one in there.items())


def test_a_snapshot_with_itself_is_the_same(store, loaded):
    for snapshot in loaded:
        found = comparable(store, snapshot, snapshot)
        assert {one.state for one in found.fields} == {"same"}
        assert not comparison.differing(found) + comparison.absent(found)
        assert not comparison.warnings(found)

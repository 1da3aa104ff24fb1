"""The inventory in: from a filled template, line by line; edited as a whole; formulas stay texts."""

import csv

import pandas as pd
import pytest

from analytics.inventory import entries
from data.errors import Refused
from data.load_inventory import COLUMNS, import_inventory, inventory_state, save_inventory
from data.regions import ensure_regions
from data.store import Store

GOOD = {
    "Nomor": "",
    "Nama program": "Sembako daerah", "Kode program": "", "Tahun": "2026", "Penyelenggara": "Kabupaten",
    "Kuota": "1.000", "Satuan kuota": "KK", "Anggaran (rupiah)": "Rp2.400.000.000", "Kode wilayah": "9901",
    "Hubungan dengan program pusat": "perluasan", "Kode program pusat": "BPNT",
}  # fmt: skip


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """A store with the code list: it takes a second to load, so all tests share it."""
    with Store(tmp_path_factory.mktemp("store") / "t.duckdb") as opened:
        ensure_regions(opened)
        yield opened


@pytest.fixture
def store(listed):
    with listed.transaction() as cursor:
        cursor.execute("DELETE FROM programme_inventory")
    return listed


def written(path, rows: list[dict[str, str]]):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(GOOD))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_line_is_read_as_it_is_written(store, tmp_path):
    report = import_inventory(store, written(tmp_path / "i.csv", [GOOD, GOOD | {"Nama program": "=1+1", "Kuota": ""}]))
    assert (report.rows_read, report.accepted, report.rejected) == (2, 2, ())
    first, second = entries(store).to_dict("records")
    assert (first["quota"], first["unit"], first["budget"]) == (1000, "families", 2_400_000_000)
    assert (first["provider"], first["relation"], first["central_programme"]) == ("regency", "extends", "SEMBAKO")
    assert (first["programme"], first["region_code"], first["year"]) == ("Sembako daerah", "99.01", 2026)
    assert second["title"] == "=1+1"
    assert pd.isna(second["quota"])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"Nama program": ""}, "nama program"), ({"Penyelenggara": ""}, "penyelenggara kosong"),
        ({"Penyelenggara": "Entah"}, "penyelenggara tidak dikenal"), ({"Kuota": "banyak"}, "kuota"),
        ({"Kuota": "-5"}, "kuota"), ({"Satuan kuota": ""}, "tanpa satuan"), ({"Tahun": "1926"}, "tahun"),
        ({"Kode wilayah": "99.77"}, "kode wilayah"), ({"Kode wilayah": ""}, "kode wilayah kosong"),
        ({"Kode program pusat": "TIDAK ADA"}, "program pusat"), ({"Anggaran (rupiah)": "1,5 M"}, "anggaran"),
        ({"Nama program": "p" * 201}, "lebih dari 200"), ({"Nomor": "1000000000"}, "nomor terlalu besar"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_named_and_the_others_are_kept(store, tmp_path, change, why):
    report = import_inventory(store, written(tmp_path / "i.csv", [GOOD, GOOD | change]))
    assert (report.rows_read, report.accepted) == (2, 1)
    ((line, reason),) = report.rejected
    assert line == 3
    assert why in reason


def test_a_number_replaces_its_entry_and_no_number_adds_one(store):
    import_frame = pd.DataFrame([{"title": "A", "provider": "Desa", "region_code": "99.01"}])
    save_inventory(store, import_frame)
    found = entries(store)
    assert found["entry_no"].tolist() == [1]
    more = pd.concat([found.reindex(columns=list(COLUMNS)), import_frame.assign(title="B")], ignore_index=True)
    save_inventory(store, more)
    assert entries(store)["title"].tolist() == ["A", "B"]
    save_inventory(store, entries(store).reindex(columns=list(COLUMNS)).iloc[1:])
    assert entries(store)[["entry_no", "title"]].values.tolist() == [[2, "B"]]


def test_an_edit_with_a_fault_changes_nothing(store):
    good = pd.DataFrame([{"title": "A", "provider": "Desa", "region_code": "99.01"}])
    save_inventory(store, good)
    with pytest.raises(Refused) as refused:
        save_inventory(store, pd.concat([good, good.assign(title=None)], ignore_index=True))
    assert refused.value.code == "inventory_row"
    assert "Baris 2" in refused.value.message
    assert entries(store)["title"].tolist() == ["A"]


def test_a_file_without_the_needed_columns_is_refused(store, tmp_path):
    path = tmp_path / "i.csv"
    path.write_text("Tahun,Kuota,Satuan kuota\n2026,5,KK\n")
    with pytest.raises(Refused) as refused:
        import_inventory(store, path)
    assert refused.value.code == "inventory_columns"


def test_a_number_met_twice_in_a_file_is_named(store, tmp_path):
    path = tmp_path / "i.csv"
    path.write_text("Nomor,Nama program,Penyelenggara,Kode wilayah\n7,A,Desa,99.01\n7,B,Desa,99.01\n")
    assert import_inventory(store, path).rejected == ((3, "nomor berulang dalam berkas"),)
    assert entries(store)["title"].tolist() == ["A"]


@pytest.mark.parametrize(
    ("written_as", "quota"), [("1,000", 1000), ("1,000.0", 1000), ("1.000,00", 1000), ("10,00", 10)]
)
def test_thousands_set_apart_by_a_comma_are_thousands(store, tmp_path, written_as, quota):
    import_inventory(store, written(tmp_path / "i.csv", [GOOD | {"Kuota": written_as}]))
    assert entries(store)["quota"].tolist() == [quota]


def test_a_column_that_is_not_read_does_not_replace_one_that_is(store, tmp_path):
    path = tmp_path / "i.csv"
    path.write_text("Nama program,quota,title,Kuota,Satuan kuota,Penyelenggara,Kode wilayah\nA,7,B,5,KK,Desa,99.01\n")
    import_inventory(store, path)
    assert entries(store)[["title", "quota"]].values.tolist() == [["A", 5]]


def test_of_two_who_edit_at_once_the_second_is_told(store):
    one = pd.DataFrame([{"title": "Satu", "provider": "Desa", "region_code": "99.01"}])
    save_inventory(store, one)
    seen = inventory_state(store)
    save_inventory(store, pd.concat([entries(store), one.assign(title="Dua")]), seen)
    with pytest.raises(Refused) as refused:
        save_inventory(store, entries(store).head(1).assign(title="Tiga"), seen)
    assert refused.value.code == "inventory_changed"
    assert entries(store)["title"].tolist() == ["Satu", "Dua"]
    save_inventory(store, entries(store).head(1), inventory_state(store))
    assert entries(store)["title"].tolist() == ["Satu"]

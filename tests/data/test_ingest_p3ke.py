"""P3KE workbooks as they arrive: title rows, a running number, KOSONG, a total row, only the poorest 40 %."""

from datetime import date

import pytest
import xlsxwriter

from data.ingest import import_files
from data.profiles import find_profiles
from data.recognition import recognise

FAMILY = (
    "No", "ID Keluarga P3KE", "Dimuktakhirkan Tahun", "Provinsi", "Kabupaten/Kota", "Kecamatan", "Desa/Kelurahan",
    "Kode Kemdagri", "Desil Kesejahteraan", "Persentil", "Alamat", "Prioritas Verval", "Nama Kepala Keluarga",
    "NIK Kepala Keluarga", "Padan Dukcapil", "Jenis Kelamin Kepala Keluarga", "Tanggal Lahir Kepala Keluarga",
    "Kepemilikan Rumah", "Jenis Atap", "Jenis Dinding", "Jenis Lantai", "Sumber Penerangan",
    "Daya Listrik Terpasang", "Memiliki fasilitas Buang Air Besar", "Resiko Stunting", "Penerima BPNT",
    "Penerima BST", "Penerima PKH", "Penerima SEMBAKO", "Penerima KUR",
)  # fmt: skip
PERSON = (
    "No", "ID Keluarga P3KE", "ID Individu", "Nama", "NIK", "Padan Dukcapil", "Jenis Kelamin",
    "Hubungan dengan Kepala Keluarga", "Tanggal Lahir", "Status Kawin", "Pekerjaan", "Status Pekerjaan", "Pendidikan",
    "Usia 2023", "Penerima PKH",
)  # fmt: skip


def family(number: int, **changes: str) -> list[str]:
    row = dict.fromkeys(FAMILY, "KOSONG") | {
        "No": str(number), "ID Keluarga P3KE": f"K{number:05d}", "Dimuktakhirkan Tahun": "2023",
        "Kabupaten/Kota": "KOTA PANGKAL PINANG", "Kecamatan": "BUKIT INTAN", "Desa/Kelurahan": "BACANG",
        "Kode Kemdagri": "1971011006", "Desil Kesejahteraan": "1", "Persentil": "7", "Penerima BPNT": "Tidak",
        "Penerima BST": "Tidak", "Penerima PKH": "Tidak", "Penerima SEMBAKO": "Tidak", "Penerima KUR": "Tidak",
    }  # fmt: skip
    return list((row | changes).values())


def person(number: int, of: int, **changes: str) -> list[str]:
    row = dict.fromkeys(PERSON, "KOSONG") | {
        "No": str(number), "ID Keluarga P3KE": f"K{of:05d}", "ID Individu": f"I{number:05d}",
        "NIK": f"990101010180{number:04d}", "Hubungan dengan Kepala Keluarga": "Kepala Keluarga",
        "Jenis Kelamin": "Laki-laki", "Usia 2023": "43",
    }  # fmt: skip
    return list((row | changes).values())


@pytest.fixture
def workbook(tmp_path):
    def write(name, headers, rows, titles=("DATA P3KE 2024", "Rahasia", "")):
        book = xlsxwriter.Workbook(tmp_path / name, {"strings_to_formulas": False})
        sheet = book.add_worksheet("Data")
        lines = [*([title] for title in titles), headers, *rows, ["JUMLAH", str(len(rows))]]
        for line, cells in enumerate(lines):
            sheet.write_row(line, 0, cells)
        book.close()
        return tmp_path / name

    return write


def test_a_pair_of_workbooks(store, workbook):
    families = workbook(
        "keluarga.xlsx",
        FAMILY,
        [
            family(1, **{"Jenis Lantai": "Tanah", "Jenis Atap": "JERAMI/IJUK/RUMBIA/ DAUN-DAUNAN",
                         "Daya Listrik Terpasang": "=< 900 watt", "Penerima BPNT": "Ya", "Penerima SEMBAKO": "Ya",
                         "Resiko Stunting": "Bukan Target Sasaran", "Padan Dukcapil": "PADAN"}),
            family(2, **{"Desil Kesejahteraan": "2", "Persentil": "15", "Penerima BST": "Ya",
                         "Padan Dukcapil": "TIDAK PADAN"}),
        ],
    )  # fmt: skip
    persons = workbook(
        "individu.xlsx",
        PERSON,
        [
            person(1, 1, Pendidikan="Masih SLTP/Sederajat", Pekerjaan="Petani"),
            person(2, 1, **{"Hubungan dengan Kepala Keluarga": "Istri/Suami", "Jenis Kelamin": "Perempuan",
                            "Pekerjaan": "Tidak/Belum Bekerja"}),
            person(3, 2, Pendidikan="Tamat PT/Akademi", Pekerjaan="PNS/TNI/Polri"),
        ],
    )  # fmt: skip
    report = import_files(store, [families, persons])
    assert (report.families, report.persons, report.code_system) == (2, 3, "kemendagri")
    assert report.quarantine_reasons == {"total_row": 2}
    assert report.rows_read == 7
    snapshot = store.one("SELECT frame, frame_share, rank_area, source_date, programme_date FROM snapshot")
    assert snapshot == {
        "frame": "truncated", "frame_share": 0.4, "rank_area": "national", "source_date": date(2023, 12, 31),
        "programme_date": date(2023, 12, 31),
    }  # fmt: skip
    first, second = store.rows("SELECT * FROM family ORDER BY family_no")
    assert (first["floor"], first["roof"], first["power"], first["wall"]) == ("earth", "thatch", "le_900", None)
    assert (first["stunting_risk"], first["dukcapil_match"], second["dukcapil_match"]) == ("not_target", True, False)
    assert (first["size"], second["size"], first["size_recorded"]) == (2, 1, None)
    assert (first["decile_recorded"], first["percentile_recorded"]) == (1, 7)
    people = store.rows("SELECT education, in_school, working, sector, age FROM person ORDER BY person_no")
    assert people[0] == {
        "education": "primary", "in_school": True, "working": True, "sector": "agriculture", "age": 43,
    }  # fmt: skip
    assert (people[1]["working"], people[1]["education"]) == (False, None)
    assert (people[2]["education"], people[2]["in_school"], people[2]["sector"]) == ("tertiary", False, "services")
    programmes = {
        (row["family_no"], row["programme"])
        for row in store.rows("SELECT DISTINCT family_no, programme FROM enrolment WHERE person_no IS NULL")
    }
    # BPNT and Sembako are one programme; a family's number is its row in the sheet
    assert programmes == {(5, "SEMBAKO"), (6, "BST")}


def test_without_the_person_file_sizes_are_not_known(store, workbook):
    report = import_files(store, [workbook("keluarga.xlsx", FAMILY, [family(1), family(2)])])
    assert report.persons == 0
    assert store.rows("SELECT DISTINCT size FROM family") == [{"size": None}]
    assert any("jumlah jiwa" in warning for warning in report.warnings)


def test_header_synonyms_and_typos_are_read_and_said(store, workbook):
    typos = {"Kode Kemdagri": "kemendagri_kode_desa", "Penerima BPNT": "Penerima BNBT", "Jenis Dinding": "Jenis Dindng"}
    headers = [typos.get(name, name) for name in FAMILY]
    report = import_files(
        store, [workbook("k.xlsx", headers, [family(1, **{"Jenis Dinding": "Bambu", "Penerima BPNT": "Ya"})])]
    )
    assert store.one("SELECT wall FROM family") == {"wall": "bamboo"}
    assert store.one("SELECT programme FROM enrolment") == {"programme": "SEMBAKO"}
    assert [w for w in report.warnings if "Jenis Dindng" in w]


def test_auto_says_what_it_recognised_and_why():
    found = recognise(FAMILY, find_profiles("auto"))
    assert (found.profile.name, found.table.kind) == ("p3ke_2024", "family")
    assert "judul kolom dikenal sebagai berkas keluarga P3KE" in found.why
    assert recognise(PERSON, find_profiles("auto")).table.kind == "person"


def test_a_damaged_year_does_not_date_the_data(store, workbook):
    years = ("2022", "32874", "20222023")
    rows = [family(n, **{"Dimuktakhirkan Tahun": year}) for n, year in enumerate(years)]
    report = import_files(store, [workbook("k.xlsx", FAMILY, rows)])
    assert report.flags["out_of_range:updated_year"] == 2
    assert store.one("SELECT source_date FROM snapshot") == {"source_date": date(2022, 12, 31)}

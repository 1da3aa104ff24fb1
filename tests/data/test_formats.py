"""Formats and damages of real offices, each with a small synthetic file; counts by hand."""

import pytest
import xlsxwriter

from data.errors import Refused
from data.ingest import import_files

P3KE = (
    "No;ID Keluarga;Provinsi;Kabupaten;Kecamatan;Desa;Kode Kemdagri;Desil Kesejahteraan;Alamat;Kepala Keluarga;NIK;"
    "Padan Dukcapil;Jenis Kelamin;Tanggal Lahir;Pekerjaan;Pendidikan;Kepemilikan Rumah;"
    "Memiliki Simpanan Uang/Perhiasan/Ternak/Lainnya;Jenis Atap;Jenis Dinding;Jenis Lantai;Sumber Penerangan;"
    "Bahan Bakar Memasak;Sumber Air Minum;Memiliki fasilitas Buang Air Besar;Penerima BNPT;Penerima BPUM;Penerima BST;"
    "Penerima PKH;Penerima SEMBAKO;Resiko Stunting"
)
MEMBER = (
    "ID Keluarga;ID Individu;Nama;NIK;Hubungan Dengan Kpl. Keluarga;Jenis Kelamin;Usia dibawah 7 tahun;Usia 7-12;"
    "Usia 13-15;Usia 16-18;Usia 19-21;Usia 22-59;usia _60_tahun_keatas"
)


def p3ke(number, light="Listrik Pribadi s/d 900 Watt", toilet="Ya, Tanpa Septictank", nik=None, code="19.71.01.1006"):
    return (
        f"{number};K{number};BABEL;KOTA PANGKAL PINANG;BUKIT INTAN;BACANG;{code};1;Dusun;Contoh;"
        f"{nik or f'990101010180{number:04d}'};Ya;Laki-laki;1980-01-01;Petani;Tamat SD/Sederajat;Milik Sendiri;Tidak;"
        f"Genteng;Tembok;Tanah;{light};Arang/Kayu;Sumur Bor;{toilet};Ya;Tidak;Tidak;Tidak;Tidak;Bukan Target Sasaran"
    )


def member(number, of, band, nik=None, relation="Anak"):
    classes = ";".join("Ya" if band == one else "Tidak" for one in range(7))
    return f"K{of};I{number};Contoh {number};{nik or f'990101010180{number:04d}'};{relation};Laki-laki;{classes}"


@pytest.fixture
def write(tmp_path):
    def run(name, header, rows, encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
        return path

    return run


def profile_of(store):
    return store.one("SELECT profile, why FROM import_file WHERE kind = 'family'")


def test_p3ke_2022_keeps_the_septic_tank_and_the_power(store, write):
    rows = [
        p3ke(1),
        p3ke(2, "Listrik Pribadi > 900 Watt", "Ya, dengan Septictank"),
        p3ke(3, "Listrik Bersama", "Tidak, Jamban Umum/Bersama"),
        p3ke(4, "Non-Listrik", "Lainnya"),
    ]
    report = import_files(store, [write("k.csv", P3KE, rows)])
    assert (report.families, report.rows_read, report.rows_quarantined) == (4, 4, 0)
    assert not [flag for flag in report.flags if flag.startswith("unknown_value")]
    found = store.rows("SELECT toilet, septic, lighting, power FROM family ORDER BY family_no")
    assert [tuple(row.values()) for row in found] == [
        ("own", False, "pln_metered", "le_900"),
        ("own", True, "pln_metered", "gt_900"),
        ("shared", None, "pln_unmetered", None),
        ("other", None, "none", "none"),
    ]
    assert profile_of(store)["profile"] == "p3ke_2022"
    assert "isinya khas P3KE 2022, bukan P3KE 2023/2024" in profile_of(store)["why"]
    assert store.one("SELECT count(*) AS n FROM enrolment WHERE programme = 'SEMBAKO'") == {"n": 4}


def test_the_words_of_2023_in_the_columns_of_2022_are_2023(store, write):
    import_files(store, [write("k.csv", P3KE, [p3ke(1, "Listrik PLN meteran", "Milik Sendiri")])])
    assert profile_of(store)["profile"] == "p3ke_2024"
    assert "isinya khas P3KE 2023/2024" in profile_of(store)["why"]


def test_columns_of_2022_without_a_telling_word_say_so(store, write):
    import_files(store, [write("k.csv", P3KE, [p3ke(1, "KOSONG", "Lainnya")])])
    assert profile_of(store)["profile"] == "p3ke_2022"
    assert "tidak ada isian yang membedakannya dari P3KE 2023/2024" in profile_of(store)["why"]


def test_a_class_of_ages_is_kept_and_no_age_made_up(store, write):
    from analytics.pipeline import run

    members = [
        member(1, 1, 5, relation="Kepala Keluarga"), member(2, 1, 0), member(3, 1, 1), member(4, 1, 6),
        member(5, 2, 5, relation="Kepala Keluarga"), member(6, 2, 2),
        member(7, 3, 4, relation="Kepala Keluarga"), member(8, 3, None),
    ]  # fmt: skip
    report = import_files(store, [write("k.csv", P3KE, [p3ke(n) for n in (1, 2, 3)]), write("i.csv", MEMBER, members)])
    assert (report.families, report.persons) == (3, 8)
    people = store.rows("SELECT age, age_from, age_to FROM person ORDER BY person_no")
    assert {row["age"] for row in people} == {None}
    assert [(row["age_from"], row["age_to"]) for row in people] == [
        (22, 59), (0, 6), (7, 12), (60, 120), (22, 59), (13, 15), (19, 21), (None, None),
    ]  # fmt: skip
    run(store, report.snapshot_id)
    features = store.rows(
        "SELECT children_0_6, children_7_18, elderly, adults, under_five FROM family_feature ORDER BY family_no"
    )
    assert [tuple(row.values()) for row in features] == [
        # 0 to 6 may be under five or not: not known. 60 and over may be 64 or 65: the adult of 22 to 59 is certain.
        (1, 1, 1, 1, None),
        (0, 1, 0, 1, 0),
        # One of unknown age: only the adult of 19 to 21 is certain.
        (None, None, None, 1, None),
    ]


def test_two_classes_at_once_are_no_class(store, write):
    both = member(1, 1, 0).replace("Tidak", "Ya", 1)
    report = import_files(store, [write("k.csv", P3KE, [p3ke(1)]), write("i.csv", MEMBER, [both])])
    assert store.one("SELECT age_from, age_to FROM person") == {"age_from": None, "age_to": None}
    assert report.flags["unknown_value:age_from"] == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "windows-1252"])
def test_encodings_of_excel(store, write, encoding):
    rows = [p3ke(1).replace("Dusun", "Dusun Café"), p3ke(2)]
    report = import_files(store, [write("k.csv", P3KE, rows, encoding)])
    assert report.families == 2
    assert store.one("SELECT address FROM family_identity ORDER BY family_no LIMIT 1") == {"address": "Dusun Café"}


def test_utf_16_with_the_big_end_first(store, tmp_path):
    path = tmp_path / "k.csv"
    path.write_bytes(b"\xfe\xff" + "\n".join([P3KE, p3ke(1)]).encode("utf-16-be"))
    assert import_files(store, [path]).families == 1


@pytest.mark.parametrize("damaged", ["9,90101E+15", "9.90101E+15"])
def test_a_nik_that_excel_rounded_is_flagged_and_identifies_nobody(store, write, damaged):
    members = [
        member(1, 1, 5, nik=damaged), member(2, 2, 5, nik=damaged), member(3, 3, 5, nik="'9901010101800003"),
    ]  # fmt: skip
    recipients = write("bantuan.csv", "nik;program;tahun", [f"{damaged};PKH;2024", "9901010101800003;PKH;2024"])
    report = import_files(
        store,
        [write("k.csv", P3KE, [p3ke(n, nik=f"'990101010180{n:04d}") for n in (1, 2, 3)]),
         write("i.csv", MEMBER, members), recipients],
    )  # fmt: skip
    assert report.flags["nik_excel"] == 2
    assert store.one("SELECT nik FROM person_identity ORDER BY person_no DESC LIMIT 1") == {"nik": "9901010101800003"}
    enrolled = store.rows("SELECT family_no IS NULL AS nobody FROM enrolment WHERE source = 'list' ORDER BY line_no")
    assert [row["nobody"] for row in enrolled] == [True, False]


BDT = (
    "IDBDT;KDPROP;KDKAB;KDKEC;KDDESA;Nama_KRT;Jumlah_ART;Sta_bangunan;Luas_lantai;Lantai;Dinding;Kondisi_dinding;Atap;"
    "Sumber_penerangan;Daya;Fasbab;Kloset;Buang_tinja;Ada_lemari_es;Ada_motor;Jumlah_sapi;Jumah_kerbau;Sta_pkh;"
    "Percentile"
)


def test_bdt_counts_households_and_joins_the_pieces_of_a_code(store, write):
    rows = [
        "1001;19;71;10;4;Contoh;4;1;36,5;9;6;2;10;1;2;1;1;1;3;2;2;0;3;7",
        "1002;19.0;71.0;010;004;Contoh;3;1;20;6;1;1;4;3;;4;;3;4;1;;;4;31",
        "1003;19;71;10;4004;Contoh;3;1;20;6;1;1;4;3;;4;;3;4;1;;;4;10",
    ]
    bridge = write("jembatan.csv", "kode_bps,kode_kemendagri", ["1971010004,19.71.01.1006"])
    path = write("bdt.csv", BDT, rows)
    with pytest.raises(Refused) as refused:
        import_files(store, [path])
    assert refused.value.code == "code_system"
    report = import_files(store, [path], bridge=bridge)
    assert (report.families, report.rows_read, report.quarantine_reasons) == (2, 3, {"no_village_code": 1})
    assert store.one("SELECT unit, frame FROM snapshot") == {"unit": "household", "frame": "truncated"}
    first, second = store.rows("SELECT * FROM family ORDER BY family_no")
    assert [first[name] for name in ("village_code", "floor_area", "floor", "wall", "wall_quality", "power")] == [
        "19.71.01.1006", 36.5, "earth", "bamboo", "poor", "le_900",
    ]  # fmt: skip
    assert [(row["percentile_recorded"], row["decile_recorded"]) for row in (first, second)] == [(7, 1), (31, 4)]
    # yes and no are 1 and 2, or 3 and 4 in the next row of the form
    assert [(row["refrigerator"], row["motorcycle"], row["cattle"]) for row in (first, second)] == [
        (True, False, 2), (False, True, None),
    ]  # fmt: skip
    assert store.one("SELECT count(*) AS n FROM enrolment WHERE programme = 'PKH'") == {"n": 1}
    assert any("belum diverifikasi" in warning for warning in report.warnings)


@pytest.mark.parametrize("mark", ["", "R"])
def test_regsosek_by_question_number_says_that_it_is_unverified(store, write, mark):
    numbers = ("301a", "302", "303", "304", "305", "306a", "307a", "309a", "310", "502i", "112")
    header = ";".join(["id_keluarga", "kode_desa", "nama_desa", "desil", *(mark + number for number in numbers)])
    path = write("regsosek.csv", header, ["9001;19.71.01.1006;Bacang;2;1;36;8;6;3;4;1;6;4;1;4"])
    report = import_files(store, [path])
    assert profile_of(store)["profile"] == "regsosek_2022k"
    assert "belum diverifikasi" in profile_of(store)["why"]
    assert any("belum diverifikasi" in warning for warning in report.warnings)
    family = store.one("SELECT floor, wall, roof, toilet, septic, motorcycle, size FROM family")
    assert tuple(family.values()) == ("earth", "bamboo", "asbestos_zinc", "none", False, True, 4)


# --- several tables of one delivery ------------------------------------------------------------------


def test_kecamatan_by_kecamatan_is_one_snapshot_and_copies_are_caught(store, write):
    one = [write("k1.csv", P3KE, [p3ke(1), p3ke(2)]), write("i1.csv", MEMBER, [member(1, 1, 5), member(2, 2, 5)])]
    two = [
        write("k2.csv", P3KE, [p3ke(2), p3ke(3), p3ke(4, code="12")]),
        write("i2.csv", MEMBER, [member(2, 2, 5), member(3, 3, 5), member(5, 2, 1), member(6, 4, 5)]),
    ]
    report = import_files(store, [*one, *two])
    assert (report.families, report.persons) == (3, 4)
    assert report.rows_read == 2 + 2 + 3 + 4 == report.rows_accepted + report.rows_quarantined
    assert report.quarantine_reasons == {
        "repeated_family_id": 1, "no_village_code": 1, "repeated_person": 1, "no_family": 1,
    }  # fmt: skip
    assert store.rows("SELECT size FROM family ORDER BY family_no") == [{"size": 1}, {"size": 2}, {"size": 1}]
    assert store.one("SELECT count(*) AS n FROM snapshot") == {"n": 1}


def test_a_sheet_per_kecamatan_is_one_delivery(store, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "k.xlsx") as book:
        for name, numbers in (("Bukit Intan", (1, 2)), ("Gerunggang", (2, 3, 4)), ("Belum ada", ())):
            sheet = book.add_worksheet(name)
            for line, text in enumerate([P3KE, *map(p3ke, numbers)]):
                sheet.write_row(line, 0, text.split(";"))
    report = import_files(store, [tmp_path / "k.xlsx"])
    assert (report.families, report.rows_read, report.quarantine_reasons) == (4, 5, {"repeated_family_id": 1})
    assert [file["path"] for file in report.files] == ["k.xlsx [Bukit Intan]", "k.xlsx [Gerunggang]"]
    assert store.one("SELECT path, line_no FROM quarantine") == {"path": "k.xlsx [Gerunggang]", "line_no": 2}
    assert not list(store.staging.iterdir())


SAMBAS = [
    "Desa", "Alamat", "ID Keluarga", "Kode Kemdagri", "Desil Kesejahteraan", "Nama", "NIK", "Padan Dukcapil",
    "Jenis Kelamin", "Hubungan", "Jenis Lantai", "Memiliki fasilitas Buang Air Besar", "Pendidikan",
]  # fmt: skip


def sambas(tmp_path, rows):
    with xlsxwriter.Workbook(tmp_path / "verval.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.merge_range("B2:N3", "VERVAL P3KE KABUPATEN CONTOH")
        sheet.write_row("B13", SAMBAS)
        for line, row in enumerate(rows, start=13):
            sheet.write_row(line, 1, row)
    return tmp_path / "verval.xlsx"


def of_sambas(number, family, code=1971011006, floor="Tanah", relation="Anak"):
    return ["Bacang", "Dusun", f"K{family}", code, 1, f"Contoh {number}", f"990101010180{number:04d}", "Ya",
            "Laki-laki", relation, floor, "Ya, dengan Septictank", "Tamat SD/Sederajat"]  # fmt: skip


def test_header_at_row_13_with_the_family_repeated_on_every_member(store, tmp_path):
    path = sambas(tmp_path, [
        of_sambas(1, 1, relation="Kepala Keluarga"), of_sambas(2, 1), of_sambas(3, 1),
        of_sambas(4, 2, relation="Kepala Keluarga"), of_sambas(5, 2, floor="Semen"), of_sambas(6, 3, code="12"),
    ])  # fmt: skip
    report = import_files(store, [path])
    assert (report.families, report.persons) == (2, 5)
    assert (report.rows_read, report.rows_accepted, report.quarantine_reasons) == (6, 5, {"no_village_code": 1})
    assert [tuple(row.values()) for row in store.rows("SELECT size, floor, septic FROM family ORDER BY family_no")] == [
        (3, "earth", True), (2, "earth", True),
    ]  # fmt: skip
    assert store.one("SELECT count(*) AS n FROM person WHERE education = 'primary'") == {"n": 5}
    assert any("1 keluarga" in warning and "berbeda" in warning for warning in report.warnings)
    assert not list(store.staging.iterdir())


def test_a_member_file_without_the_home_is_still_refused_alone(store, write):
    with pytest.raises(Refused) as refused:
        import_files(store, [write("i.csv", MEMBER, [member(1, 1, 5)])])
    assert refused.value.code == "family_file_missing"

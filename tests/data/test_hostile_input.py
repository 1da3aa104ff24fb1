"""What offices send by accident: each case was once read wrongly, or lost, without a word."""

from datetime import date

import pytest
import xlsxwriter

from data.errors import Refused
from data.ingest import import_files
from data.regions import ensure_regions

KK = [f"197101010101{n:04d}" for n in range(60)]
NIK = [f"197101010180{n:04d}" for n in range(60)]
TABLES = (
    "snapshot", "import_file", "quarantine", "flag", "family", "family_identity", "person", "person_identity",
    "enrolment", "population", "official_figure", "priority_village", "bridge",
)  # fmt: skip


def state(store):
    """Every table as one number; equal numbers, equal tables."""
    return {name: store.one(f"SELECT count(*) AS n, sum(hash(t)) AS h FROM {name} AS t") for name in TABLES}


def refused(store, *args, **kwargs):
    """The code of a refusal that left every table and the staging folder as they were."""
    before = state(store)
    with pytest.raises(Refused) as refusal:
        import_files(store, *args, **kwargs)
    assert state(store) == before
    assert not list(store.staging.iterdir())
    return refusal.value.code


def test_the_same_file_twice_counts_nobody_twice(store, office):
    families, persons = office.families([office.family(KK[1])]), office.persons([office.person(NIK[1], KK[1])])
    import_files(store, [families, persons])
    copy = office.file("salinan.txt", persons.read_text())
    assert refused(store, [families, persons, copy]) == "same_file_twice"


def test_a_recipients_list_given_again_is_counted_once(store, office):
    import_files(store, [office.families([office.family(KK[1]), office.family(KK[2])])], date=date(2026, 1, 1))
    listed = office.file("p.csv", f"no_kk,program,tahun\n{KK[1]},PKH,2026\n,PKH,2026\n{KK[50]},PKH,2026\n")
    first = import_files(store, [listed])
    before = state(store)
    again = import_files(store, [listed])
    assert state(store) == before
    assert (again.rows_read, again.rows_accepted, again.rows_quarantined) == (3, 2, 1)
    assert (first.flags, first.quarantine_reasons) == (again.flags, again.quarantine_reasons)
    assert any("tidak dihitung dua kali" in warning for warning in again.warnings)
    other = office.file("q.csv", f"no_kk,program,tahun\n{KK[2]},PKH,2026\n,PKH,2026\n")
    assert import_files(store, [other]).rows_quarantined == 1
    assert store.one("SELECT count(*) AS n FROM enrolment") == {"n": 3}
    assert store.one("SELECT count(*) AS n, count(DISTINCT file_no) AS files FROM import_file") == {"n": 3, "files": 3}


@pytest.mark.parametrize(
    ("text", "decile", "flag"),
    [
        ("1.0", 1, None), ("Desil 1", 1, None), ("DESIL-10", 10, None), ("D1", 1, None), ("01", 1, None),
        ("1,00", 1, None), ("\u00a01\u00a0", 1, None), ("1.5", None, "unknown_value:decile_national"),
        ("11", None, "out_of_range:decile_national"), ("1.000", None, "out_of_range:decile_national"),
        ("satu", None, "unknown_value:decile_national"), ("KOSONG", None, None),
        ("9.999.999.999", None, "unknown_value:decile_national"),
    ],
)  # fmt: skip
def test_spellings_of_a_decile(store, office, text, decile, flag):
    report = import_files(store, [office.families([office.family(KK[1], decile=text)])])
    assert store.one("SELECT decile_recorded FROM family") == {"decile_recorded": decile}
    assert set(report.flags) == ({flag} if flag else set())


def test_a_word_in_a_programme_column_that_nobody_knows_is_flagged(store, office):
    report = import_files(store, [office.families([office.family(KK[1], pbi="V"), office.family(KK[2], pbi="Iya")])])
    assert report.flags == {"unknown_value:PBI-JKN": 1}
    assert store.rows("SELECT family_no FROM enrolment") == [{"family_no": 3}]


def test_ids_with_hard_blanks_meet_and_words_are_no_ids(store, office):
    families = office.families([office.family(f"{KK[1]}\u00a0"), office.family("JUMLAH"), office.family("\u00a0")])
    report = import_files(store, [families, office.persons([office.person(NIK[1], f"\u200b{KK[1]}")])])
    assert (report.families, report.persons) == (1, 1)
    assert report.quarantine_reasons == {"no_family_id": 2}


def test_one_id_that_excel_made_of_many_gathers_no_strangers(store, office):
    families = office.families([office.family("1.97101E+15"), office.family("1.97101E+15"), office.family("1.5E+15")])
    persons = office.persons([office.person(NIK[n], "1.97101E+15") for n in (1, 2, 3)])
    report = import_files(store, [families, persons])
    assert (report.families, report.persons) == (1, 0)
    assert report.quarantine_reasons == {"repeated_family_id": 2, "no_family": 3}


def test_a_file_whose_last_digits_excel_lost_is_called_so(store, office):
    kks = [f"1971010101{n:05d}0" for n in range(40)]
    report = import_files(store, [office.families([office.family(kk) for kk in kks])])
    assert any("40 dari 40 nomor KK berakhiran 0" in warning for warning in report.warnings)
    report = import_files(store, [office.families([office.family(kk) for kk in KK])])
    assert not any("berakhiran 0" in warning for warning in report.warnings)


def test_a_header_given_twice_and_a_header_within_the_data(store, office):
    path = office.families([office.family(KK[1]), office.family(KK[2])])
    lines = path.read_text().splitlines()
    doubled = office.file(
        "ganda.txt",
        "\n".join(
            f"{line}|{tail}"
            for line, tail in zip(
                [lines[0], *lines[1:], lines[0]], ["desil_nasional", "9", "9", "desil_nasional"], strict=True
            )
        ),
    )
    report = import_files(store, [doubled])
    assert store.rows("SELECT DISTINCT decile_recorded FROM family") == [{"decile_recorded": 1}]
    assert any("desil_nasional” tercantum lebih dari sekali" in warning for warning in report.warnings)
    assert (report.families, report.rows_read, report.rows_quarantined) == (2, 3, 1)


@pytest.mark.parametrize("second", ["same", "other"])
def test_a_register_cut_into_sheets_is_not_read_in_part(store, office, tmp_path, second):
    header, *rows = (line.split("|") for line in office.families([office.family(KK[1])]).read_text().splitlines())
    with xlsxwriter.Workbook(tmp_path / "keluarga.xlsx") as book:
        first, other = book.add_worksheet("Bukit Intan"), book.add_worksheet("Rekap")
        for number, row in enumerate((header, *rows)):
            first.write_row(number, 0, row)
            other.write_row(number, 0, row if second == "same" else row[3:7])
    report = import_files(store, [tmp_path / "keluarga.xlsx"])
    if second == "same":  # the one family stands on both sheets
        assert (report.families, report.rows_read, report.quarantine_reasons) == (1, 2, {"repeated_family_id": 1})
    else:
        assert any("hanya lembar “Bukit Intan” yang dibaca" in warning for warning in report.warnings)


# --- code systems: 62.10 (Kemendagri) is Gunung Mas, 6210 (BPS) is Pulang Pisau ---------------------

NAMELESS = {"village": "", "district": "", "regency": ""}


def test_a_bridge_given_with_kemendagri_codes_is_not_used(store, office):
    """Every code of this small file is also some BPS code of the bridge: only the names tell."""
    bridge = office.file("jembatan.csv", "kode_bps,kode_dagri\n1971011004,1971011006\n")
    families = office.families([office.family(KK[1])])
    report = import_files(store, [families], bridge=bridge)
    assert report.code_system == "kemendagri"
    assert store.one("SELECT village_code FROM family") == {"village_code": "19.71.01.1004"}
    assert any("jembatan kode tidak dipakai" in warning for warning in report.warnings)
    assert store.one("SELECT count(*) AS n FROM bridge") == {"n": 0}


def test_a_bridge_that_leads_to_other_names_is_refused(store, office):
    families = office.families(
        [office.family(KK[1], code="1971010001"), office.family(KK[2], code="1971010002", village="Bacang")]
    )
    crossed = office.file("silang.csv", "kode_bps,kode_dagri\n1971010001,1971011006\n1971010002,1971011004\n")
    assert refused(store, [families], bridge=crossed) == "bridge_mismatch"
    right = office.file("benar.csv", "kode_bps,kode_dagri\n1971010001,1971011004\n1971010002,1971011006\n")
    assert import_files(store, [families], bridge=right).villages == 2


def test_villages_a_wide_bridge_lacks_stay_in_their_own_regency(store, office):
    """The bridge holds more villages of 62.10 than of 19.71; a lost village of 1971 is still of 19.71."""
    pairs = ["1971010001,1971011004", "6211010001,6210012001", "6211010002,6210012002", "6211010003,6210012003"]
    wide = office.file("provinsi.csv", "\n".join(["kode_bps,kode_dagri", *pairs]) + "\n")
    codes = ["1971010001", "1971010099", "6211010001"]
    families = office.families([office.family(KK[n], code=code, **NAMELESS) for n, code in enumerate(codes)])
    import_files(store, [families], bridge=wide)
    rows = store.rows("SELECT village_code FROM family ORDER BY family_no")
    assert [row["village_code"] for row in rows] == ["19.71.01.1004", "19.71.00.0000", "62.10.01.2001"]


def test_reference_population_and_priority_list_in_bps_codes(store, office):
    population = office.file("penduduk.csv", "kode_desa,jumlah_penduduk\n6211010001,500\n6211010002,400\n")
    priority = office.file("lokus.csv", "kode_desa,lokasi_prioritas\n6211010001,Ya\n6211010002,Tidak\n")
    assert refused(store, [population]) == "code_system"
    assert refused(store, [priority]) == "code_system"
    bridge = office.file("jembatan.csv", "kode_bps,kode_dagri\n6211010001,6210012001\n")
    report = import_files(store, [population, priority], bridge=bridge)
    assert store.rows("SELECT village_code, persons FROM population") == [
        {"village_code": "62.10.01.2001", "persons": 500}
    ]
    assert store.rows("SELECT village_code FROM priority_village") == [{"village_code": "62.10.01.2001"}]
    assert report.quarantine_reasons == {"no_village_code": 2}
    assert report.code_system is None


def test_official_figures_under_bps_codes_are_told_by_their_names(store, office):
    kemendagri = office.file("a.csv", "kode,kabupaten_kota,tahun,p0\n62.10,Kabupaten Gunung Mas,2024,5\n")
    bps = office.file("b.csv", "kode,kabupaten_kota,tahun,p0\n6210,Pulang Pisau,2024,4\n6211,Gunung Mas,2024,5\n")
    nowhere = office.file("c.csv", "kode,kabupaten_kota,tahun,p0\n62.99,Entah,2024,5\n")
    import_files(store, [kemendagri])
    assert refused(store, [bps]) == "code_system"
    assert import_files(store, [nowhere]).quarantine_reasons == {"no_region_code": 1}
    assert store.rows("SELECT region_code, value FROM official_figure") == [{"region_code": "62.10", "value": 5.0}]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("322.170", 322170.0), ("322,170", 322170.0), ("Rp322.170", 322170.0), ("322170", 322170.0),
        ("322170,5", 322170.5), ("1.322.170,50", 1322170.5), ("322170.4567", 322170.4567), ("tiga", None),
    ],
)  # fmt: skip
def test_rupiah_with_thousands_set_apart(store, office, text, line):
    official = office.file("resmi.csv", f'kode;tahun;p0;gk\n19.71;2024;4,510;"{text}"\n')
    report = import_files(store, [official])
    found = {row["indicator"]: row["value"] for row in store.rows("SELECT indicator, value FROM official_figure")}
    assert found == ({"P0": 4.51, "poverty_line": line} if line else {})
    assert report.quarantine_reasons == ({} if line else {"no_value": 1})


@pytest.mark.parametrize(("text", "persons"), [("1.000", 1000), ("12.345", 12345), ("900.0", 900), ("1,250", 1250)])
def test_persons_with_thousands_set_apart(store, office, text, persons):
    import_files(store, [office.file("penduduk.csv", f"kode_desa;jumlah_penduduk\n19.71.01.1004;{text}\n")])
    assert store.one("SELECT persons FROM population") == {"persons": persons}


def test_refusals_leave_everything_as_it_was(store, office):
    import_files(store, [office.families([office.family(KK[1])]), office.persons([office.person(NIK[1], KK[1])])])
    import_files(store, [office.file("p.csv", f"no_kk,program,tahun\n{KK[1]},PKH,2026\n")])
    assert refused(store, [office.persons([office.person(NIK[1], KK[1])])]) == "family_file_missing"
    assert refused(store, [office.families([office.family(KK[2], code="97101100")])]) == "code_system"
    assert refused(store, [office.file("x.csv", "a,b,c\n1,2,3\n")]) == "unknown_format"
    families, rest = office.families([office.family(KK[3])]), office.file("kosong.csv", "")
    assert refused(store, [families, rest]) == "empty_file"


def test_a_stray_quote_before_a_text_of_two_lines_costs_no_row(store, office):
    rest = "Kota Pangkal Pinang,Bukit Intan,Semabung Lama,19.71.01.1004,1,1,8,20,2,2"
    header = office.families([]).read_text().strip().replace("|", ",")
    rows = [f"{KK[1]},A,Jl 1,{rest}", f'{KK[2]},"B,Jl 2,{rest}', f'{KK[3]},"C\nD",Jl 3,{rest}']
    report = import_files(store, [office.file("k.csv", "\n".join([header, *rows]))])
    assert (report.rows_read, report.rows_accepted) == (3, 3)


def test_two_code_systems_in_one_file_are_refused_where_the_codes_meet(store, office):
    """62.11.04.2001 lies in Pulang Pisau; under BPS 6211 is Gunung Mas, where the file puts it."""
    rows = [office.family(KK[n], code="19.71.01.1004") for n in range(3)]
    village = store_village(store, "62.11")
    stray = office.family(KK[9], code=village, regency="Gunung Mas", district="Manuhing", village="Tumbang Talaken")
    assert refused(store, [office.families([*rows, stray])]) == "code_system_mixed"
    right = office.family(KK[9], code=village, regency="PULANG PISAU", district="x", village="nama lama")
    assert import_files(store, [office.families([*rows, right])]).villages == 2


def store_village(store, regency):
    """Some village of a regency in the official list."""
    ensure_regions(store)
    return store.one(
        "SELECT min(code) AS code FROM region WHERE level = 'village' AND starts_with(code, $regency)",
        {"regency": regency + "."},
    )["code"]


@pytest.mark.parametrize("text", ["1980-01-05", "05/01/1980", "5-1-1980", "1980/01/05", "19800105", "29225"])
def test_spellings_of_a_date(store, office, text):
    families = office.families([office.family(KK[1])])
    import_files(store, [families, office.persons([office.person(NIK[1], KK[1], born=text)])])
    assert store.one("SELECT birth_date FROM person") == {"birth_date": date(1980, 1, 5)}

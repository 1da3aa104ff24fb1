"""Import that loses nothing: every row of every file is accepted, or quarantined with its line and reason."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from data.errors import Refused
from data.ingest import import_files
from data.store import Store

ROOT = Path(__file__).resolve().parents[2]
KK = [f"990101010101{n:04d}" for n in range(1, 60)]
NIK = [f"990101010180{n:04d}" for n in range(1, 60)]


def quarantine(store):
    rows = store.rows("SELECT line_no, reason FROM quarantine ORDER BY file_no, line_no")
    return [(row["line_no"], row["reason"]) for row in rows]


def test_each_reason_of_quarantine_with_its_line(store, office):
    families = office.families(
        [
            office.family(KK[1]),
            office.family(""),
            office.family("KOSONG"),
            office.family(KK[1], head="Ulangan"),
            office.family(KK[2], code="1971011"),
            "terpotong|hanya|tiga",
            office.family(KK[2]),
        ]
    )
    persons = office.persons([office.person(NIK[1], KK[1]), office.person(NIK[2], KK[50]), office.person(NIK[3], "")])
    report = import_files(store, [families, persons])
    assert quarantine(store) == [
        (3, "no_family_id"), (4, "no_family_id"), (5, "repeated_family_id"), (6, "no_village_code"), (7, "unparsable"),
        (3, "no_family"), (4, "no_family_id"),
    ]  # fmt: skip
    assert (report.families, report.persons) == (2, 1)
    assert (report.rows_read, report.rows_accepted, report.rows_quarantined) == (10, 3, 7)
    assert report.quarantine_reasons == {
        "no_family_id": 3, "repeated_family_id": 1, "no_village_code": 1, "unparsable": 1, "no_family": 1,
    }  # fmt: skip


def test_a_family_quarantined_for_its_code_does_not_block_a_later_good_row(store, office):
    families = office.families([office.family(KK[1], code="x"), office.family(KK[1], floor="2")])
    import_files(store, [families])
    assert store.rows("SELECT line_no, floor FROM family") == [{"line_no": 3, "floor": "tile"}]


def test_everything_else_is_accepted_and_flagged(store, office):
    families = office.families(
        [
            office.family(KK[1], size="3"),
            office.family("99010101010", village="Entah"),
            office.family(KK[3], code="19.71.01.9999", village="Baru"),
            office.family(KK[4], decile="12", floor="77", area="luas"),
        ]
    )
    persons = office.persons(
        [
            office.person("990101010180000", KK[1]),
            office.person(NIK[2], KK[1], sex="2", relation="2"),
            office.person(NIK[3], KK[1], status="DTSEN NONAKTIF", relation="3"),
            office.person(NIK[4], "99010101010"),
            office.person(NIK[4], KK[3]),
            office.person("3,2E+15", KK[4]),
        ]
    )
    report = import_files(store, [families, persons])
    assert report.rows_quarantined == 0
    assert report.persons == 5  # the inactive one is kept, and counted apart
    for flag, count in {
        "kk_length": 1, "code_not_in_list": 1, "out_of_range:decile_national": 1, "unknown_value:floor": 1,
        "unknown_value:floor_area": 1, "nik_length": 1, "nik_sex_mismatch": 1, "inactive": 1, "nik_duplicate": 2,
        "nik_excel": 1,
    }.items():  # fmt: skip
        assert report.flags[flag] == count, flag
    sizes = {row["line_no"]: row["size"] for row in store.rows("SELECT line_no, size FROM family")}
    assert sizes == {2: 2, 3: 1, 4: 1, 5: 1}
    known = {row["village_code"]: row["village_known"] for row in store.rows("SELECT * FROM family")}
    assert known == {"19.71.01.1004": True, "19.71.01.9999": False}
    assert (report.villages, report.villages_unknown) == (1, 1)


def test_persons_are_never_counted_as_families(store, office):
    """A member file whose KK column is empty: an importer in the field made 222,643 families of its persons."""
    persons = office.persons([office.person(nik, "") for nik in NIK[:40]])
    with pytest.raises(Refused) as refusal:
        import_files(store, [persons])
    assert refusal.value.code == "family_file_missing"
    report = import_files(store, [office.families([office.family(KK[1])]), persons])
    assert (report.families, report.persons) == (1, 0)
    assert report.quarantine_reasons == {"no_family_id": 40}


@pytest.mark.parametrize("code", ["19.71.01.1004", "1971011004", "1971011004.0", "'1971011004"])
def test_spellings_of_a_code(store, office, code):
    import_files(store, [office.families([office.family(KK[1], code=code)])])
    assert store.rows("SELECT village_code FROM family") == [{"village_code": "19.71.01.1004"}]


def test_codes_of_values_fine_coarse_and_padded(store, office):
    floors = {"1": "tile", "02": "tile", "10": "tile", "6": "cement", "08": "earth", "KOSONG": None, "Tanah": "earth"}
    lines = [office.family(KK[n], floor=code) for n, code in enumerate(floors)]
    report = import_files(store, [office.families(lines)])
    found = [row["floor"] for row in store.rows("SELECT floor FROM family ORDER BY family_no")]
    assert found == list(floors.values())
    assert not [flag for flag in report.flags if flag.startswith("unknown_value")]
    kept = [row["floor_text"] for row in store.rows("SELECT floor_text FROM family ORDER BY family_no")]
    assert kept == ["1", "02", "10", "6", "08", None, "Tanah"]


def test_disability_is_known_only_where_every_item_is(store, office):
    lines = [
        office.person(NIK[1], KK[1], sight="4", hearing="KOSONG"),
        office.person(NIK[2], KK[1], sight="1", hearing="KOSONG"),
        office.person(NIK[3], KK[1], sight="2", hearing="1"),
    ]
    import_files(store, [office.families([office.family(KK[1])]), office.persons(lines)])
    assert [row["disability"] for row in store.rows("SELECT disability FROM person ORDER BY person_no")] == [
        True, None, False,
    ]  # fmt: skip


def test_recipients_by_kk_and_nik_periods_and_one_programme_under_two_names(store, office):
    register = [
        office.families([office.family(KK[1]), office.family(KK[2])]),
        office.persons([office.person(NIK[1], KK[1]), office.person(NIK[2], KK[2])]),
    ]
    recipients = office.file(
        "penerima.csv",
        "nik;no_kk;program;periode_mulai;periode_selesai\n"
        f";{KK[1]};BPNT;2026-01-01;2026-12-31\n"
        f"{NIK[2]};;Kartu Sembako;01/01/2026;30-06-2026\n"
        f"{NIK[40]};;PKH;2026-01-01;2026-12-31\n"
        ";;PKH;2026-01-01;2026-12-31\n"
        f"{NIK[1]};;Bantuan Perahu;;\n",
    )
    report = import_files(store, [*register, recipients], date=date(2026, 6, 30))
    rows = store.rows("SELECT family_no, programme, period_to FROM enrolment WHERE source = 'list' ORDER BY line_no")
    assert [(row["family_no"], row["programme"]) for row in rows] == [
        (2, "SEMBAKO"), (3, "SEMBAKO"), (None, "PKH"), (2, "BANTUAN PERAHU"),
    ]  # fmt: skip  # a family's number is its line in the file
    assert rows[1]["period_to"] == date(2026, 6, 30)
    assert report.flags["recipient_not_in_list"] == 1
    assert report.flags["programme_not_in_list"] == 1
    assert report.quarantine_reasons == {"no_family_id": 1}


def test_recipients_alone_join_the_latest_snapshot_and_change_its_hash(store, office):
    first = import_files(store, [office.families([office.family(KK[1])])])
    before = store.one("SELECT data_hash FROM snapshot")
    later = import_files(store, [office.file("p.csv", f"no_kk,program,tahun\n{KK[1]},PKH,2026\n")])
    assert later.snapshot_id == first.snapshot_id
    assert store.one("SELECT data_hash FROM snapshot") != before
    assert store.one("SELECT period_from, period_to FROM enrolment") == {
        "period_from": date(2026, 1, 1), "period_to": date(2026, 12, 31),
    }  # fmt: skip


def test_the_same_delivery_again_replaces_itself(store, office):
    families = office.families([office.family(KK[1], pbi="1")])
    first = import_files(store, [families])
    second = import_files(store, [families])
    assert first.snapshot_id == second.snapshot_id
    for table in ("snapshot", "family", "family_identity", "enrolment", "import_file"):
        assert store.one(f"SELECT count(*) AS n FROM {table}") == {"n": 1}, table


def test_reference_tables_stand_beside_the_register(store, office):
    population = office.file(
        "penduduk.csv",
        "kode_desa,nama_desa,tanggal,jumlah_keluarga,jumlah_penduduk,sumber\n"
        "19.71.01.1004,Semabung Lama,2025-12-31,900,3200,Dukcapil\n"
        "tanpa kode,x,2025-12-31,1,2,Dukcapil\n"
        "19.71.01.1006,Bacang,2025-12-31,800,,Dukcapil\n",
    )
    official = office.file("resmi.csv", 'kode,tahun,p0,gk,sumber\n1971,2024,"4,58","720000,5",BPS\n1971,,1,1,BPS\n')
    priority = office.file(
        "lokus.csv", "kode_desa,lokasi_prioritas,dasar\n19.71.01.1004,Ya,SK 1/2026\n19.71.01.1006,Tidak,x\n"
    )
    report = import_files(store, [population, official, priority])
    assert report.snapshot_id is None
    assert store.rows("SELECT village_code, families, persons FROM population") == [
        {"village_code": "19.71.01.1004", "families": 900, "persons": 3200}
    ]
    figures = store.rows("SELECT region_code, indicator, value, unit FROM official_figure ORDER BY indicator")
    assert [(row["region_code"], row["indicator"], row["value"]) for row in figures] == [
        ("19.71", "P0", 4.58), ("19.71", "poverty_line", 720000.5),
    ]  # fmt: skip
    assert store.rows("SELECT village_code FROM priority_village") == [{"village_code": "19.71.01.1004"}]
    assert report.quarantine_reasons == {"no_village_code": 1, "no_value": 1, "no_year": 1}
    assert report.rows_read == report.rows_accepted + report.rows_quarantined == 7


def test_bps_codes_are_converted_by_names_or_refused(store, office):
    villages = {"1971010001": "Semabung Lama", "1971010002": "Bacang", "1971010003": "Air Itam"}

    def lines(with_names: bool) -> list[str]:
        nameless = {} if with_names else {"village": "", "district": "", "regency": ""}
        named = [{"code": code, "village": name, "regency": "KOTA PANGKALPINANG"} for code, name in villages.items()]
        return [office.family(KK[n], **(row | nameless)) for n, row in enumerate(named)]

    with pytest.raises(Refused) as refusal:
        import_files(store, [office.families(lines(False))])
    assert refusal.value.code == "code_system"
    assert store.one("SELECT count(*) AS n FROM snapshot") == {"n": 0}
    report = import_files(store, [office.families(lines(True))])
    assert report.code_system == "bps_bridged"
    codes = [row["village_code"] for row in store.rows("SELECT village_code FROM family ORDER BY family_no")]
    assert codes == ["19.71.01.1004", "19.71.01.1006", "19.71.01.1007"]
    # the bridge was saved: the same codes without names are now understood
    assert import_files(store, [office.families(lines(False))]).villages == 3


def test_a_mistyped_code_does_not_take_its_village_off_the_map(store, office):
    """One row in thirty with a digit wrong: the name belongs to the code of the thirty."""
    named = {"village": "Bacang", "regency": "KOTA PANGKALPINANG"}
    lines = [office.family(kk, code="1971010002", **named) for kk in KK[:30]]
    lines.append(office.family(KK[30], code="1971010092", **named))
    report = import_files(store, [office.families(lines)])
    assert (report.villages, report.villages_unknown) == (1, 1)
    assert report.flags["code_not_in_list"] == 1


def test_a_bridge_file_converts_and_a_foreign_one_is_refused(store, office):
    families = office.families(
        [office.family(KK[1], code="1971010001", village="", district="", regency=""),
         office.family(KK[2], code="1971010002", village="", district="", regency="")]
    )  # fmt: skip
    foreign = office.file("lain.csv", "kode_bps,kode_dagri\n6211010001,6210012001\n")
    with pytest.raises(Refused) as refusal:
        import_files(store, [families], bridge=foreign)
    assert refusal.value.code == "bridge_mismatch"
    half = office.file("jembatan.csv", "kode_bps,kode_dagri\n1971010001,1971011004\n")
    report = import_files(store, [families], bridge=half)
    rows = store.rows("SELECT village_code, village_known FROM family ORDER BY family_no")
    assert rows == [
        {"village_code": "19.71.01.1004", "village_known": True},
        {"village_code": "19.71.00.0000", "village_known": False},
    ]  # off the map, still in the totals of its regency
    assert report.flags["code_not_in_list"] == 1


def test_nothing_personal_in_report_quarantine_or_flags(store, office):
    families = office.families([office.family(KK[1]), office.family(KK[2], code=NIK[1]), office.family(KK[1])])
    report = import_files(store, [families, office.persons([office.person(NIK[5], KK[1], name="Nama Rahasia")])])
    seen = str(report.as_json()) + str(store.rows("SELECT * FROM quarantine")) + str(store.rows("SELECT * FROM flag"))
    seen += str(store.rows("SELECT * FROM family")) + str(store.rows("SELECT * FROM person"))
    for secret in (KK[1], KK[2], NIK[1], NIK[5], "Nama Rahasia", "Dusun Satu"):
        assert secret not in seen


def test_staging_is_empty_after_an_import_and_after_a_refusal(store, office):
    import_files(store, [office.families([office.family(KK[1])])])
    with pytest.raises(Refused):
        import_files(store, [office.file("asing.csv", "apa,ini,itu\n1,2,3\n")])
    assert list(store.staging.iterdir()) == []


@pytest.mark.slow
def test_killed_at_any_moment_the_store_holds_the_state_before_or_after(tmp_path, office):
    """Twenty kill -9 spread over the whole import; the database opens and holds one of two states."""
    database = tmp_path / "kill" / "tepat.duckdb"
    with Store(database) as store:
        import_files(store, [office.families([office.family(KK[1])], name="lama_1_1.txt")], label="lama")
        before = store.one("SELECT count(*) AS families, count(DISTINCT snapshot_id) AS snapshots FROM family")
    many = [office.family(f"9901{n:012d}") for n in range(1, 8001)]
    members = [office.person(f"9901{n:012d}", f"9901{n:012d}") for n in range(1, 8001)]
    files = [office.families(many, "baru_1_1.txt"), office.persons(members, "baru_2_1.txt")]
    command = [sys.executable, "cli.py", "import", *map(str, files), "--db", str(database), "--json"]

    def states() -> dict[str, int] | None:
        with Store(database) as store:
            loose = "SELECT count(*) AS n FROM family WHERE snapshot_id NOT IN (SELECT snapshot_id FROM snapshot)"
            assert store.one(loose) == {"n": 0}
            return store.one("SELECT count(*) AS families, count(DISTINCT snapshot_id) AS snapshots FROM family")

    copy = tmp_path / "before.duckdb"
    copy.write_bytes(database.read_bytes())
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    whole = time.monotonic() - started
    after = states()
    assert after == {"families": 8001, "snapshots": 2}
    seen = set()
    for attempt in range(20):
        database.write_bytes(copy.read_bytes())
        Path(str(database) + ".wal").unlink(missing_ok=True)
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * (attempt + 1) / 20)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        state = states()
        assert state in (before, after), attempt
        seen.add(str(state))
    assert str(before) in seen

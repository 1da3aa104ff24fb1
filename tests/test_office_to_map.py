"""The main job, end to end, through the command line: an office's files laid over the 42 real villages of 19.71.

Expected numbers are counted from the files themselves in pandas, by code that shares nothing with the product.
"""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = [pytest.mark.shared, pytest.mark.slow]


def tepat(*words: object) -> dict:
    command = [sys.executable, "cli.py", *map(str, words), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def villages(shared) -> Path:
    return shared / "boundaries" / "19.71_desa.geojson"


@pytest.fixture(scope="module")
def office(tmp_path_factory, villages) -> dict[str, Path]:
    """What an office of Pangkal Pinang would receive; all persons invented."""
    folder = tmp_path_factory.mktemp("kantor")
    made = tepat("demo", "--families", 6000, "--seed", 3, "--boundaries", villages, "--out", folder)
    assert made["villages"] == 42
    return {role: Path(path) for role, path in made["files"].items()}


def lines_of(path: Path) -> tuple[list[str], list[list[str]], int]:
    """Header, rows with the header's number of fields, and how many rows have another."""
    header, *rows = [line.split("|") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    whole = [row for row in rows if len(row) == len(header)]
    return header, whole, len(rows) - len(whole)


@pytest.fixture(scope="module")
def register(office) -> tuple[pd.DataFrame, pd.DataFrame]:
    """DTSEN families and active members as a careful clerk would count them."""
    header, rows, _ = lines_of(office["dtsen_family"])
    families = pd.DataFrame(rows, columns=header)
    families = families[~families["nomor_kartu_keluarga"].str.strip().isin(["", "KOSONG"])]
    families = families[families["kode_kelurahan_desa"].str.fullmatch(r"\d{10}")]
    families = families.drop_duplicates("nomor_kartu_keluarga")
    bridge = pd.read_csv(office["bridge"], dtype=str).set_index("kode_bps")["kode_kemendagri"]
    families["village"] = families["kode_kelurahan_desa"].map(bridge).fillna("19.71.00.0000")
    header, rows, _ = lines_of(office["dtsen_person"])
    persons = pd.DataFrame(rows, columns=header)
    persons = persons[persons["nomor_kartu_keluarga"].isin(families["nomor_kartu_keluarga"])]
    active = persons[persons["status_dtsen"] == "DTSEN AKTIF"]
    counted = active.groupby("nomor_kartu_keluarga").size()
    any_row = set(persons["nomor_kartu_keluarga"])
    recorded = pd.to_numeric(families["jumlah_anggota_keluarga"], errors="coerce")
    sizes = families["nomor_kartu_keluarga"].map(counted)
    listed = families["nomor_kartu_keluarga"].isin(any_row)
    families["size"] = sizes.where(sizes.notna(), recorded.where(~listed, 0))
    families["decile"] = pd.to_numeric(families["desil_nasional"], errors="coerce")
    return families, active


@pytest.fixture(scope="module")
def database(office, villages, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("dtsen") / "tepat.duckdb"
    report = tepat(
        "import", office["dtsen_family"], office["dtsen_person"], office["recipients"],
        "--date", "2026-09-30", "--db", path,
    )  # fmt: skip
    assert report["code_system"] == "bps_bridged"
    assert report["rows_read"] == report["rows_accepted"] + report["rows_quarantined"]
    for file in report["files"]:
        body = Path(office["dtsen_family"]).with_name(file["path"]).read_text(encoding="utf-8-sig")
        assert file["rows_read"] == len([line for line in body.splitlines() if line.strip()]) - 1
    drawn = tepat("boundaries", villages, "--db", path)
    assert (drawn["villages"], drawn["matched"], drawn["unmatched"]) == (42, 42, 0)
    assert drawn["area_km2"] == pytest.approx(104.6, abs=0.1)
    tepat("run", "--db", path)
    return path


def test_the_register_is_counted_as_the_files_have_it(database, register):
    families, active = register
    rows = tepat("pockets", "--db", database)["rows"]
    assert sum(row["listed_families"] or 0 for row in rows) == len(families)
    by_village = families.groupby("village").size()
    assert {row["village"]: row["listed_families"] for row in rows if row["listed_families"]} == by_village.to_dict()
    assert sum(row["listed_persons"] or 0 for row in rows) == families["size"].sum()
    assert len(active) <= families["size"].sum()


@pytest.mark.parametrize("cut", [1, 2])
def test_pockets_by_recorded_decile(database, register, cut):
    families, _ = register
    poor = families[families["decile"] <= cut]
    persons, count = poor.groupby("village")["size"].sum(), poor.groupby("village").size()
    answer = tepat("pockets", "--definition", "recorded", "--cut", cut, "--db", database)
    assert answer["scope"]["cut"] == cut
    assert len([row for row in answer["rows"] if row["name"]]) == 42
    for row in answer["rows"]:
        assert row["persons"] == persons.get(row["village"], 0), row
        assert row["families"] == count.get(row["village"], 0), row
        if row["name"]:
            assert row["is_pocket"] is bool(persons.get(row["village"], 0) > 100)


def test_coverage_of_pkh_by_decile(database, office, register):
    families, _ = register
    recipients = pd.read_csv(office["recipients"], dtype=str)
    pkh = recipients[recipients["program"].str.upper().isin(["PKH", "PROGRAM KELUARGA HARAPAN"])]
    header, rows, _ = lines_of(office["dtsen_person"])
    members = pd.DataFrame(rows, columns=header)
    members = members[members["nomor_kartu_keluarga"].isin(families["nomor_kartu_keluarga"])]
    by_nik = members.drop_duplicates("nomor_induk_kependudukan").set_index("nomor_induk_kependudukan")
    known = set(families["nomor_kartu_keluarga"])
    kk = pkh["no_kk"].where(pkh["no_kk"].isin(known), pkh["nik"].map(by_nik["nomor_kartu_keluarga"]))
    receiving = families["nomor_kartu_keluarga"].isin(set(kk.dropna()))
    expected = families[receiving].groupby("decile").size()
    group = families.groupby("decile").size()
    rows = tepat("coverage", "--db", database)["rows"]
    found = {row["decile"]: row for row in rows if row["programme"] == "PKH" and row["by"] == "decile"}
    for decile in range(1, 11):
        assert found[decile]["families"] == expected.get(decile, 0), decile
        assert found[decile]["rate_families"] == pytest.approx(expected.get(decile, 0) / group[decile])


def test_a_p3ke_workbook_ranks_against_the_reference_population(office, villages, tmp_path):
    database = tmp_path / "p3ke.duckdb"
    report = tepat("import", office["p3ke_family"], office["p3ke_person"], "--db", database)
    assert report["code_system"] == "kemendagri"
    assert report["quarantine_reasons"] == {"total_row": 2}

    def sheet(path: Path, key: str) -> pd.DataFrame:
        raw = pd.read_excel(path, header=None, dtype=str, engine="calamine")
        top = raw.index[raw.eq(key).any(axis=1)][0]
        body = raw.iloc[top + 1 :].set_axis(raw.iloc[top], axis=1)
        return body[body[key].notna() & ~body.iloc[:, 0].str.startswith("JUMLAH", na=False)].copy()

    families = sheet(office["p3ke_family"], "ID Keluarga P3KE")
    persons = sheet(office["p3ke_person"], "ID Keluarga P3KE")
    assert (report["families"], report["persons"]) == (len(families), len(persons))
    families["size"] = families["ID Keluarga P3KE"].map(persons.groupby("ID Keluarga P3KE").size())
    code = families["Kode Kemdagri"].str.replace(r"^(..)(..)(..)(....)$", r"\1.\2.\3.\4", regex=True)
    poor = families[families["Desil Kesejahteraan"] == "1"].groupby(code)["size"].sum()
    tepat("boundaries", villages, "--db", database)
    tepat("import", office["population"], "--db", database)
    tepat("run", "--db", database)
    reference = pd.read_csv(office["population"]).set_index("kode_desa")["jumlah_penduduk"]
    rows = tepat("pockets", "--db", database)["rows"]
    assert len(rows) == 42
    for row in rows:
        persons_poor = poor.get(row["village"], 0)
        assert row["persons"] == persons_poor
        assert row["rate"] == pytest.approx(persons_poor / reference[row["village"]])
        assert row["is_pocket"] is bool(persons_poor > 100)

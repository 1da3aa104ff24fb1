"""The files an office would receive, read back with plain Python and compared with what is known about them."""

import csv
import hashlib
import re
from collections import Counter

import pandas as pd
import pytest

from data.demo import DemoVillage, make_region
from data.demo_files import write_dtsen, write_office_files, write_recipients
from data.demo_survey import draw_sample
from data.headers import header_key
from data.profiles import find_profiles
from data.recognition import recognise
from data.reference import programme_aliases

BOUNDARIES = '{"type": "FeatureCollection", "features": []}'


def places() -> list[DemoVillage]:
    return [
        DemoVillage(f"99.01.{d:02d}.{2000 + v}", f"Desa {d}-{v}", f"Kecamatan {d}", 118 + 0.02 * v, -5 + 0.04 * d)
        for d in range(1, 5)
        for v in range(1, 9)
    ]


@pytest.fixture(scope="module")
def region():
    return make_region(places(), 3_000, seed=3)


@pytest.fixture(scope="module")
def files(region, tmp_path_factory):
    return write_office_files(region, tmp_path_factory.mktemp("kantor") / "baru", BOUNDARIES)


def lines_of(path) -> tuple[list[str], list[dict[str, str]], int]:
    """Header, rows with the right number of fields, and how many lines have another."""
    header, *rows = (line.split("|") for line in path.read_text(encoding="utf-8").splitlines())
    good = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
    return header, good, len(rows) - len(good)


@pytest.fixture(scope="module")
def family_rows(files):
    return lines_of(files["dtsen_family"])


@pytest.fixture(scope="module")
def person_rows(files):
    return lines_of(files["dtsen_person"])


def test_all_roles_are_written(files):
    assert set(files) == {
        "dtsen_family", "dtsen_person", "p3ke_family", "p3ke_person", "recipients", "survey", "survey_person", "bridge",
        "boundaries", "population", "truth", "facilities", "inventory", "official",
        "sub_activities", "village_proposals",
    }  # fmt: skip
    assert files["dtsen_family"].name.endswith("_1_1.txt")
    assert files["dtsen_person"].name.endswith("_2_1.txt")
    assert files["boundaries"].read_text() == BOUNDARIES
    assert all(path.stat().st_size > 0 for path in files.values())


def test_every_file_is_recognised_by_its_headers(files):
    wanted = {
        "dtsen_family": ("dtsen_2026", "family"),
        "dtsen_person": ("dtsen_2026", "person"),
        "recipients": ("recipients", "recipients"),
        "population": ("population", "population"),
    }
    for role, (profile, kind) in wanted.items():
        header = files[role].read_text(encoding="utf-8").splitlines()[0]
        found = recognise(tuple(re.split(r"[|,]", header)), find_profiles("auto"))
        assert (found.profile.name, found.table.kind) == (profile, kind)
    for role, kind in (("p3ke_family", "family"), ("p3ke_person", "person")):
        found = recognise(tuple(workbook(files[role])[0]), find_profiles("auto"))
        assert (found.profile.name, found.table.kind) == ("p3ke_2024", kind)


# DTSEN --------------------------------------------------------------------------------------------


def test_family_file_holds_the_dirt_it_is_said_to_hold(region, files, family_rows):
    _, rows, broken = family_rows
    dirt = region.dirt
    assert len(rows) + broken == dirt["family_rows"]
    assert broken == dirt["family_stray_delimiter"]
    kk = Counter(row["nomor_kartu_keluarga"] for row in rows)
    assert kk.pop("") == dirt["family_kk_missing"]
    assert sum(count - 1 for count in kk.values()) == dirt["family_repeated"]
    assert sum(len(number) == 15 for number in kk) == dirt["family_kk_short"]
    assert set(map(len, kk)) == {15, 16}
    codes = [row["kode_kelurahan_desa"] for row in rows]
    assert sum(len(code) == 9 for code in codes) == dirt["family_village_short"]
    with files["bridge"].open(encoding="utf-8", newline="") as file:
        known = {row["kode_bps"] for row in csv.DictReader(file)}
    assert sum(len(code) == 10 and code not in known for code in codes) == dirt["family_village_unknown"]
    assert sum("KOSONG" in row.values() for row in rows) == dirt["family_kosong"]
    assert sum(row["jenis_dinding_terluas"].startswith("0") for row in rows) == dirt["family_code_padded"]
    needed = ("jenis_lantai_terluas", "luas_lantai", "bahan_bakar_utama_memasak")
    assert sum(any(row[name] == "" for name in needed) for row in rows) == dirt["family_blank"]


def test_recorded_size_differs_only_where_it_should(region, family_rows):
    truth = dict(zip(region.truth["family_id"], region.truth["size"], strict=True))
    rows = [row for row in family_rows[1] if row["nomor_kartu_keluarga"] in truth]
    wrong = sum(int(row["jumlah_anggota_keluarga"]) != truth[row["nomor_kartu_keluarga"]] for row in rows)
    assert wrong == region.dirt["family_size_mismatch"]


def test_person_file_holds_the_dirt_it_is_said_to_hold(region, family_rows, person_rows):
    _, rows, broken = person_rows
    dirt = region.dirt
    assert len(rows) + broken == dirt["person_rows"]
    assert broken == dirt["person_stray_delimiter"]
    niks = [row["nomor_induk_kependudukan"] for row in rows]
    assert sum(len(nik) == 15 and nik.isdigit() for nik in niks) == dirt["person_nik_short"]
    assert sum(nik.endswith("E+15") for nik in niks) == dirt["person_nik_excel"]
    whole = Counter(nik for nik in niks if len(nik) == 16)
    assert sum(count - 1 for count in whole.values()) == dirt["person_nik_duplicate"]
    assert sum(nik[8:10] == "13" for nik in whole) == dirt["person_nik_date"]
    assert sum("KOSONG" in row.values() for row in rows) == dirt["person_kosong"]
    assert sum(row["jenis_kelamin"].startswith("0") for row in rows) == dirt["person_code_padded"]
    needed = ("tanggal_lahir", "status_kawin", "penglihatan")
    assert sum(any(row[name] == "" for name in needed) for row in rows) == dirt["person_blank"]
    inactive = sum(row["status_dtsen"] != "DTSEN AKTIF" for row in rows)
    assert 0 <= dirt["person_inactive"] - inactive <= broken


def test_people_without_a_family_are_counted(region, family_rows, person_rows):
    """What an importer must set aside: no KK at all, or a KK that no readable family row with a village has."""
    accepted = {
        row["nomor_kartu_keluarga"] for row in family_rows[1] if len(row["kode_kelurahan_desa"]) == 10
    } - {""}  # fmt: skip
    lost = [row for row in person_rows[1] if row["nomor_kartu_keluarga"] not in accepted]
    dirt = region.dirt
    assert len(lost) == dirt["person_orphaned"] + dirt["person_kk_missing"] + dirt["person_kk_unknown"]
    assert min(dirt["person_orphaned"], dirt["person_kk_missing"], dirt["person_kk_unknown"]) > 0


def test_nik_and_sex_column_disagree_only_where_said(region, person_rows):
    wrong = 0
    for row in person_rows[1]:
        nik, born = row["nomor_induk_kependudukan"], row["tanggal_lahir"]
        if len(nik) == 16 and born and nik[8:10] == born[5:7] and int(nik[6:8]) % 40 == int(born[8:]) % 40:
            wrong += (int(nik[6:8]) > 40) != (int(row["jenis_kelamin"]) == 2)
    assert wrong == region.dirt["person_nik_sex"]


def test_merged_codes_stand_beside_fine_ones(family_rows):
    for column, fine, merged in (
        ("jenis_lantai_terluas", {"1", "2", "4"}, "10"),
        ("jenis_atap_terluas", {"3", "4"}, "9"),
        ("sumber_air_minum_utama", {"1", "2"}, "12"),
        ("daya_terpasang", {"1", "2"}, "6"),
        ("daya_terpasang", {"3", "4", "5"}, "7"),
    ):
        seen = Counter(row[column] for row in family_rows[1])
        together = sum(seen[code] for code in fine) + seen[merged]
        assert 0.03 < seen[merged] / together < 0.15


def test_bps_file_and_bridge_lead_back_to_the_village_of_the_truth(region, files, family_rows):
    with files["bridge"].open(encoding="utf-8", newline="") as file:
        bridge = list(csv.DictReader(file))
    assert list(bridge[0]) == ["kode_bps", "kode_kemendagri", "kecamatan", "desa_kelurahan"]
    to_village = {row["kode_bps"]: row["kode_kemendagri"] for row in bridge}
    names = {row["kode_bps"]: row["desa_kelurahan"].upper() for row in bridge}
    truth = dict(zip(region.truth["family_id"], region.truth["village_code"], strict=True))
    checked = 0
    for row in family_rows[1]:
        code = row["kode_kelurahan_desa"]
        if code in to_village and row["nomor_kartu_keluarga"] in truth:
            assert to_village[code] == truth[row["nomor_kartu_keluarga"]]
            assert names[code] == row["kelurahan_desa"]
            assert code.startswith(row["kode_kecamatan"])
            checked += 1
    assert checked > 2_950


# The other files ----------------------------------------------------------------------------------


def test_recipients_list(region, files):
    rows = pd.read_csv(files["recipients"], dtype=str, keep_default_na=False)
    assert list(rows.columns) == ["nik", "no_kk", "program", "periode_mulai", "periode_selesai"]
    aliases = {header_key(alias): code for alias, code in programme_aliases().items()}
    codes = rows["program"].map(lambda text: aliases[header_key(text)])
    assert len(rows) == region.dirt["recipient_rows"]
    extra = Counter(codes) - Counter(region.enrolments["programme"])
    assert extra["SEMBAKO"] >= region.dirt["recipient_doubled"] > 0
    assert {"BPNT", "SEMBAKO", "BPNT/SEMBAKO"} <= set(rows["program"])
    known = set(region.persons["nik"]) | set(region.families["family_id"])
    stranger = ~rows["nik"].isin(known) & ~rows["no_kk"].isin(known)
    assert stranger.sum() == region.dirt["recipient_unknown"] > 0
    assert ((rows["nik"] == "") & (rows["no_kk"] == "")).sum() == 0
    assert (rows["nik"] == "").mean() == pytest.approx(0.04, abs=0.02)
    stated = rows[rows["periode_mulai"] != ""]
    assert stated["periode_mulai"].str.fullmatch(r"20\d\d-\d\d-01").all()
    assert (stated["periode_mulai"] < stated["periode_selesai"]).all()


def test_survey_is_a_cluster_sample_that_stands_for_all(region, files):
    homes = pd.read_csv(files["survey"])
    assert len(homes) == 75 * 20
    assert homes.groupby("klaster").size().eq(20).all()
    assert homes["klaster"].nunique() == 75
    assert homes["penimbang"].sum() == pytest.approx(3_000, rel=0.05)
    mean = (homes["pengeluaran_per_kapita"] * homes["penimbang"]).sum() / homes["penimbang"].sum()
    assert mean == pytest.approx(region.truth["consumption"].mean(), rel=0.08)
    assert set(homes["pengeluaran_per_kapita"]) <= set(region.truth["consumption"])
    members = pd.read_csv(files["survey_person"])
    counted = members.groupby("id_ruta").size()
    assert (counted.reindex(homes["id_ruta"]).to_numpy() == homes["jumlah_anggota"].to_numpy()).all()
    names = {*homes.columns, *members.columns}
    assert not names & {"nik", "nama", "nomor_kartu_keluarga", "nomor_induk_kependudukan", "alamat"}
    assert not re.search(r"(?<!\d)\d{15,16}(?!\d)", files["survey_person"].read_text())


def test_survey_draws_nobody_twice_and_shrinks_with_the_region(region):
    assert draw_sample(region)["family"].is_unique
    small = draw_sample(make_region(places(), 500))
    assert small["klaster"].nunique() == 12
    assert small["family"].is_unique
    assert small["penimbang"].sum() == pytest.approx(500, rel=0.25)


def test_truth_and_population(region, files):
    truth = pd.read_csv(files["truth"], dtype={"family_id": str, "p3ke_id": str})
    assert list(truth.columns) == ["family_id", "village_code", "size", "consumption", "p3ke_id"]
    assert len(truth) == 3_000
    assert truth["family_id"].tolist() == region.families["family_id"].tolist()
    population = pd.read_csv(files["population"])
    listed = truth.groupby("village_code")["size"].sum()
    assert (population.set_index("kode_desa")["jumlah_penduduk"] > listed).all()


def workbook(path) -> tuple[list[str], list[dict[str, str]], list[list]]:
    """Header, data rows, and all rows as they stand."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    at = next(number for number, row in enumerate(rows) if row[0] == "No")
    header = [str(cell) for cell in rows[at]]
    return header, [dict(zip(header, row, strict=True)) for row in rows[at + 1 : -1]], rows


def test_p3ke_family_workbook(region, files):
    header, rows, raw = workbook(files["p3ke_family"])
    assert raw[0][0].startswith("DATA P3KE")
    assert raw[4][0] == "No"  # four title rows above
    assert raw[-1][0] == "JUMLAH"
    assert header[1:5] == ["ID Keluarga P3KE", "Dimuktakhirkan Tahun", "Provinsi", "Kabupaten/Kota"]
    assert {"Resiko Stunting", "Kode Kemdagri", "Memiliki fasilitas Buang Air Besar", "Penerima BPNT"} <= set(header)
    deciles = dict(zip(region.families["p3ke_id"], region.families["desil_nasional"], strict=True))
    assert len(rows) == sum(decile <= 4 for decile in deciles.values())
    assert [row["No"] for row in rows] == list(range(1, len(rows) + 1))
    villages = {code.replace(".", "") for code in region.villages["code"]}
    for row in rows:
        assert int(row["Desil Kesejahteraan"]) == deciles[row["ID Keluarga P3KE"]]
        assert 10 * int(row["Desil Kesejahteraan"]) - 9 <= int(row["Persentil"]) <= 10 * int(row["Desil Kesejahteraan"])
        assert row["Kode Kemdagri"] in villages
    words = {name: {row[name] for row in rows} for name in header[1:]}
    assert words["Resiko Stunting"] == {"Beresiko Stunting", "Tidak Beresiko Stunting", "Bukan Target Sasaran"}
    assert words["Penerima PKH"] == {"Ya", "Tidak"}
    assert words["Kualitas Atap"] == {"Bagus/Kualitas Tinggi", "Jelek/Kualitas Rendah", "KOSONG"}
    assert "KELUARGA NIK KOSONG" in words["Prioritas Verval"]
    assert "" not in set().union(*words.values())


def test_p3ke_person_workbook(region, files):
    _, rows, raw = workbook(files["p3ke_person"])
    _, families, _ = workbook(files["p3ke_family"])
    assert raw[-1][0] == "JUMLAH"
    ids = {row["ID Keluarga P3KE"] for row in families}
    assert {row["ID Keluarga P3KE"] for row in rows} == ids
    assert not ids & set(region.families["family_id"])  # P3KE has its own family id
    heads = Counter(
        row["ID Keluarga P3KE"] for row in rows if row["Hubungan dengan Kepala Keluarga"] == "Kepala Keluarga"
    )
    assert set(heads.values()) == {1}
    assert len(heads) == len(ids)
    assert len({row["ID Individu"] for row in rows}) == len(rows)
    for row in rows:
        assert row["Tanggal Lahir"] < "2024"
        age = 2023 - int(row["Tanggal Lahir"][:4])
        assert abs(int(row["Usia 2023"]) - age) <= 1
        if int(row["Usia 2023"]) < 15:
            assert row["Pekerjaan"] == "Tidak/Belum Bekerja"


def test_no_number_of_a_real_office_is_in_any_file(files):
    numbers = set()
    for role, path in files.items():
        if path.suffix == ".xlsx":
            header, rows, _ = workbook(path)
            name = "NIK Kepala Keluarga" if role == "p3ke_family" else "NIK"
            assert name in header
            numbers |= {row[name] for row in rows} - {"KOSONG"}
        else:
            numbers |= set(re.findall(r"(?<![\d.])\d{15,16}(?![\d.])", path.read_text(encoding="utf-8")))
    assert len(numbers) > 12_000
    assert all(number.startswith("9901") for number in numbers)


def test_files_are_the_same_every_time(tmp_path):
    def digests(name: str) -> list[str]:
        folder = tmp_path / name
        written = write_office_files(make_region(places(), 300, seed=9), folder, None)
        assert "boundaries" not in written
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in written.values()]

    assert digests("a") == digests("b")


def test_first_start_writes_only_what_it_needs(region, files, tmp_path):
    assert set(write_dtsen(region, tmp_path)) == {"dtsen_family", "dtsen_person", "bridge"}
    assert write_recipients(region, tmp_path).read_bytes() == files["recipients"].read_bytes()

"""A profile drafted from a survey whose headers no shipped profile knows."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import yaml

from analytics.survey_frame import predictor_frame, prepare
from data.columns import Column, is_personal, masked_samples
from data.demo import DemoVillage, make_region
from data.demo_survey import write_survey
from data.errors import Refused
from data.profile_draft import preview
from data.profile_draft_survey import draft_survey as draft
from data.profile_files import save_profile
from data.profile_guess import propose_roles
from data.profiles import find_profiles, known_headers, load_profile, survey_profiles
from data.reference import parameter_or_first
from data.store import Store
from data.survey import read_survey
from data.survey_statistics import stage_survey_file

HOUSE = {
    "id_ruta": "No. Rumah Tangga", "klaster": "cluster_sampel", "penimbang": "bobot_akhir", "kode_kecamatan": "Kec",
    "jumlah_anggota": "banyak_art", "pengeluaran_per_kapita": "pengeluaran_kapita_sebulan",
    "status_kepemilikan_rumah": "kepemilikan_rumah_kini", "jenis_lantai_terluas": "Bahan Lantai",
    "luas_lantai": "luas_lantai_m2", "jenis_dinding_terluas": "bahan_dinding", "jenis_atap_terluas": "bahan_atap",
    "sumber_air_minum_utama": "air_minum", "sumber_penerangan_utama": "penerangan_rumah",
    "daya_terpasang": "daya_listrik", "bahan_bakar_utama_memasak": "bahan_bakar_dapur", "fasilitas_bab": "tempat_bab",
    "jenis_kloset": "kloset_rumah", "pembuangan_akhir_tinja": "buangan_tinja",
}  # fmt: skip
PERSON = {
    "id_ruta": "No. Rumah Tangga", "umur": "umur_tahun", "jenis_kelamin": "kelamin_art",
    "status_hubungan_keluarga": "hubungan_dgn_krt", "status_kawin": "kawin_atau_belum",
    "partisipasi_sekolah": "partisipasi_bersekolah", "jenjang_tertinggi_yang_diduduki": "jenjang_sekolah",
    "ijazah_tertinggi_yang_dimiliki": "ijazah_terakhir_art", "status_bekerja": "bekerja_seminggu",
    "lapangan_usaha_dari_pekerjaan_utama": "lapangan_usaha_art", "status_dalam_pekerjaan_utama": "kedudukan_kerja",
    "penyakit_kronis": "sakit_kronis",
}  # fmt: skip
ROOFS = ["Beton cor", "Genteng", "Seng gelombang", "Asbes", "Bambu", "Kayu/Sirap", "Ijuk & rumbia", "Lain lain"]
ROOF_WORDS = ["concrete", "tile", "asbestos_zinc", "asbestos_zinc", "bamboo", "wood", "thatch", "other"]


def renamed_asset(name: str) -> str:
    for start, ours in (
        ("aset_bergerak_", "punya_si_"),
        ("aset_tidak_bergerak_", "punya_si_"),
        ("jumlah_ternak_", "ekor_"),
    ):
        if name.startswith(start):
            return ours + name.removeprefix(start)
    return name


@pytest.fixture(scope="module")
def survey_files(tmp_path_factory):
    """The demo's survey as it is, and the same under foreign headers with roofs in words of its own."""
    folder = tmp_path_factory.mktemp("survei")
    villages = [
        DemoVillage(f"99.01.0{1 + i % 3}.200{i}", f"Desa {i}", f"Kec {i % 3}", 100 + i / 100, 0.5) for i in range(8)
    ]
    house_path, person_path = write_survey(make_region(villages, 2000), folder)
    house, persons = (pd.read_csv(path, dtype=str) for path in (house_path, person_path))
    persons = persons[[name for name in persons if name in PERSON]]
    persons.to_csv(person_path, index=False)
    foreign = house.rename(columns=HOUSE).rename(columns=renamed_asset).drop(columns="kepemilikan_aset")
    foreign["bahan_atap"] = foreign["bahan_atap"].map(dict(zip("12345678", ROOFS, strict=True)))
    foreign.insert(0, "Nama KRT", "Contoh Nama")
    foreign.insert(1, "catatan", [f"9901{row:012d}" for row in range(len(foreign))])
    foreign.to_csv(folder / "rt.csv", index=False)
    persons.rename(columns=PERSON).to_csv(folder / "art.csv", index=False)
    known = {key for key in known_headers() if key.startswith(("aset_", "jumlah_ternak"))} | set(HOUSE) | set(PERSON)
    assert not known & {name.lower() for name in foreign}
    return {"known": [house_path, person_path], "foreign": [folder / "rt.csv", folder / "art.csv"]}


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


@pytest.fixture
def staged(store, survey_files):
    return [stage_survey_file(path, store.staging) for path in survey_files["foreign"]]


def corrected(made):
    """What a person would settle: roofs without a word of ours, and the columns proposed wrongly or not at all."""
    house, persons = made.tables
    words = dict(zip(ROOFS, ROOF_WORDS, strict=True))
    house = house.with_field("roof", "bahan_atap")
    house = house.with_values("roof", {cell: words[cell] for cell in house.values["roof"]})
    house = house.with_field("closet", "kloset_rumah").with_field("septic", "buangan_tinja")
    persons = persons.with_field("marital", "kawin_atau_belum").with_field("work_status", "kedudukan_kerja")
    return replace(made, title="Survei daerah 2026", tables=(house, persons))


def test_most_columns_and_roles_are_proposed_rightly(store, staged):
    made = draft(store, *staged)
    wanted = {theirs: field for field, theirs in made.tables[0].fields.items()}
    shipped = find_profiles("survey_demo")[0].tables
    right = {
        HOUSE.get(rule.headers[0], renamed_asset(rule.headers[0])): field for field, rule in shipped[0].fields.items()
    }
    right.pop("tanggal_pencacahan")
    assert sum(wanted.get(header) == field for header, field in right.items()) >= 0.9 * len(right)
    assert not set(wanted) & {"Nama KRT", "catatan", "pengeluaran_kapita_sebulan", "bobot_akhir"}
    assert (made.roles["outcome"], made.roles["weight"]) == ("pengeluaran_kapita_sebulan", "bobot_akhir")
    assert (made.roles["cluster"], made.roles["district"]) == ("cluster_sampel", "Kec")
    assert "size" not in made.roles  # the outcome is per person
    persons = made.tables[1].fields
    assert (persons["sex"], persons["age"], persons["relation"]) == ("kelamin_art", "umur_tahun", "hubungan_dgn_krt")


def test_a_questionnaires_mark_is_no_likeness():
    headers = ("r_id_ruta", "r_penimbang", "total_belanja_kapita")  # the mark `r` also ends a known name, `kapita_r`
    assert propose_roles([Column(header, (), True) for header in headers]) == {
        "outcome": "total_belanja_kapita", "weight": "r_penimbang",
    }  # fmt: skip


def test_words_are_proposed_by_list_and_by_close_spelling(store, staged):
    roof = draft(store, *staged).tables[0].values["roof"]
    assert (roof["Genteng"], roof["Asbes"], roof["Kayu/Sirap"]) == ("tile", "asbestos_zinc", "wood")
    assert roof["Ijuk & rumbia"] == "thatch"  # both words stand in one known answer, and in no other


def test_the_kept_draft_reads_the_survey_as_the_known_profile_does(store, staged, survey_files):
    name = save_profile(store, corrected(draft(store, *staged)))
    assert name == "survei_daerah_2026"
    assert name in survey_profiles(store.path.parent / "profiles")
    by_name = read_survey(store, survey_files["foreign"], profile=name)
    unasked = read_survey(store, survey_files["foreign"])
    known = read_survey(store, survey_files["known"], profile="survey_demo")
    right = predictor_frame(store, known)
    fields = [column for column in right if column not in HOUSE and column != "kepemilikan_aset"]
    assert right[fields].notna().any().sum() > 40
    for survey in (by_name, unasked):
        made = predictor_frame(store, survey)
        pd.testing.assert_frame_equal(made[fields], right[fields])
        for role in ("outcome", "weight", "cluster", "district"):
            ours, theirs = getattr(survey.roles, role), getattr(known.roles, role)
            assert made[ours].tolist() == right[theirs].tolist()
        assert survey.roles.status == "unverified"
        assert any("belum diverifikasi" in note for note in survey.notes)


def test_the_text_of_a_draft_is_a_profile_one_can_send(store, staged, tmp_path):
    made = replace(corrected(draft(store, *staged)), outcome_unit="rupiah per jiwa per bulan")
    path = tmp_path / "kirim.yaml"
    path.write_text(made.to_yaml(), encoding="utf-8")
    profile = load_profile(path)
    assert profile.survey is not None
    assert profile.survey.outcome == ("pengeluaran_kapita_sebulan",)
    assert profile.survey.outcome_unit == "rupiah per jiwa per bulan"
    assert "Contoh Nama" not in made.to_yaml()
    assert "9901" not in made.to_yaml()
    assert yaml.safe_load(made.to_yaml())["tables"][0]["recognise"][0] == "family_id"


def test_the_preview_reads_ten_rows(store, staged, survey_files):
    made = corrected(draft(store, *staged))
    rows = preview(store, made, staged[0], "family")
    known = predictor_frame(store, read_survey(store, survey_files["known"], profile="survey_demo"))
    assert len(rows) == 10
    assert rows["family_id"].notna().all()
    assert rows["roof"].tolist() == known["roof"].tolist()[:10]
    assert rows["motorcycle"].tolist() == known["motorcycle"].tolist()[:10]


def test_samples_hide_what_is_personal(store, staged):
    samples = masked_samples(store, staged[0])
    assert samples["Nama KRT"] == "••••••"
    assert samples["catatan"] == "••••••"
    assert samples["Kec"].startswith("99.01.0")
    assert is_personal("Alamat rumah")
    assert is_personal("NIK_KRT")
    assert is_personal("no_kk")
    assert not is_personal("nama_kecamatan")
    assert not is_personal("kakus")


def test_a_draft_without_an_id_or_under_a_shipped_name_is_not_kept(store, staged):
    made = corrected(draft(store, *staged))
    without = made.with_table(made.tables[0].with_field("family_id", None))
    for wrong in (without, replace(made, title=""), replace(made, title="Survey demo")):
        assert wrong.lacking()
        with pytest.raises(Refused) as refused:
            save_profile(store, wrong)
        assert refused.value.code == "profile_incomplete"
    assert not (store.path.parent / "profiles").exists()


def test_an_outcome_of_the_household_is_divided_by_its_size(store, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("hhid;hhsize;pengeluaran_ruta;bobot\nA;2;500000;1.5\nB;3;900000;2.5\n", encoding="utf-8")
    roles = draft(store, stage_survey_file(path, store.staging)).roles
    assert (roles["outcome"], roles["size"]) == ("pengeluaran_ruta", "hhsize")


@pytest.mark.parametrize("tables", ["[]", "[{kind: family, recognise: [atap], fields: {floor: [lantai]}}]"])
def test_a_kept_profile_nobody_could_be_recognised_by_is_passed_over(tmp_path, tables):
    path = tmp_path / "aneh.yaml"
    path.write_text(f"name: aneh\ntitle: Aneh\nsurvey: {{outcome: kapita}}\ntables: {tables}\n")
    with pytest.raises(Refused) as refused:
        load_profile(path)
    assert refused.value.code == "bad_profile"
    assert "aneh" not in survey_profiles(tmp_path)


def test_data_older_than_the_law_on_the_elderly_takes_its_first_age():
    assert parameter_or_first("elderly_age", date(1990, 1, 1)).value == 60
    assert parameter_or_first("elderly_age", date(1999, 1, 1)).value == 60


def test_a_column_of_niks_is_refused_as_a_cluster(tmp_path):
    file = tmp_path / "survei.csv"
    file.write_text("uang;nik;tv\n" + "".join(f"{n};990101000000{n:04d};1\n" for n in range(1, 9)))
    with Store(tmp_path / "t.duckdb") as store, pytest.raises(Refused) as refused:
        prepare(store, read_survey(store, [file]), "uang", cluster="nik")
    assert refused.value.code == "personal_column"

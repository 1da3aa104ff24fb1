"""What a survey's profile tells a fit: which columns are outcome, weight, cluster and district."""

from datetime import date

import pytest

from analytics.pmt_choice import auto_predictors
from analytics.survey_frame import predictor_frame
from data.profiles import Profile, find_profiles, shipped_profiles, survey_profiles
from data.store import Store
from data.survey import Roles, read_survey

HOUSEHOLDS = """\
ID RUTA;klaster;Penimbang;kode_kecamatan;jumlah_anggota;pengeluaran_per_kapita;jenis_lantai_terluas
R1;K01;10,5;99.01.01;2;750000;8
R2;K02;20;99.01.02;1;1250000;2
"""


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


def test_roles_are_the_headers_the_file_itself_has(store, tmp_path):
    path = tmp_path / "ruta.csv"
    path.write_text(HOUSEHOLDS.replace("ID RUTA", "id_ruta"), encoding="utf-8")
    survey = read_survey(store, [path])
    assert survey.roles == Roles(
        outcome="pengeluaran_per_kapita", outcome_unit="rupiah fiktif per jiwa per bulan", weight="Penimbang",
        cluster="klaster", district="kode_kecamatan", period="September 2026 (fiktif)", price_date=date(2026, 9, 30),
        status="verified", source="Survei rekaan bawaan Tepat",
    )  # fmt: skip
    frame = predictor_frame(store, survey)
    assert frame["kode_kecamatan"].tolist() == ["99.01.01", "99.01.02"]
    roles = {survey.roles.outcome, survey.roles.weight, survey.roles.cluster}
    chosen, left_out = auto_predictors(frame, roles)
    assert not {"kode_kecamatan", "klaster", "Penimbang", "pengeluaran_per_kapita"} & set(chosen)
    assert "kode_kecamatan" in left_out


def test_a_role_the_file_lacks_is_not_known(store, tmp_path):
    path = tmp_path / "ruta.csv"
    path.write_text("id_ruta;jumlah_anggota;jenis_lantai_terluas\nR1;2;8\n", encoding="utf-8")
    roles = read_survey(store, [path]).roles
    assert (roles.outcome, roles.weight, roles.cluster, roles.district) == (None, None, None, None)
    assert roles.outcome_unit == "rupiah fiktif per jiwa per bulan"


def test_columns_without_a_profile_have_no_roles(store, tmp_path):
    path = tmp_path / "lain.csv"
    path.write_text("penimbang;pengeluaran\n1;2\n2;3\n", encoding="utf-8")
    assert read_survey(store, [path]).roles == Roles()


def test_an_import_of_registers_never_tries_a_profile_of_a_survey():
    surveys = survey_profiles()
    assert "survey_demo" in surveys
    assert not set(surveys) & {profile.name for profile in find_profiles("auto")}
    assert set(surveys) | {profile.name for profile in find_profiles("auto")} == set(shipped_profiles())


def test_a_role_may_name_one_column_or_the_names_it_goes_by():
    body = {
        "name": "x",
        "title": "X",
        "tables": [{"kind": "family", "recognise": [], "fields": {}}],
        "survey": {"weight": "fwt", "cluster": ["psu", "nks"]},
    }
    rule = Profile.model_validate(body).survey
    assert rule is not None
    assert (rule.weight, rule.cluster, rule.status) == (("fwt",), ("psu", "nks"), "unverified")

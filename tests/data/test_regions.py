"""The list of areas, how codes are read, and how a file's code system is judged."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.codes import clean_region_code, clean_village_code, clean_village_code_sql, name_key, same_name, telling_words
from data.errors import Refused
from data.regions import EXTRA, OFFICIAL, ensure_regions, judge_codes
from data.store import Store

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def official():
    return pq.read_table(OFFICIAL).to_pandas()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("regions") / "tepat.duckdb") as opened:
        ensure_regions(opened)
        yield opened


# --- the list --------------------------------------------------------------------------------------


def test_official_list_is_complete(official):
    counts = official["level"].value_counts().to_dict()
    assert counts == {"province": 38, "regency": 514, "district": 7285, "village": 83762}
    assert official["code"].is_unique
    assert official["name"].str.strip().ne("").all()
    # 8,496 kelurahan, 75,252 desa and 14 desa adat, by the first digit of the village part (domain notes, 8.1)
    villages = official.loc[official["level"] == "village", "code"]
    assert villages.str[9].value_counts().to_dict() == {"2": 75252, "1": 8496, "3": 14}


def test_every_area_lies_in_a_parent_one_level_up(official):
    level = dict(zip(official["code"], official["level"], strict=True))
    above = {"regency": "province", "district": "regency", "village": "district"}
    for code, own, parent in zip(official["code"], official["level"], official["parent"], strict=True):
        if own == "province":
            assert pd.isna(parent)
        else:
            assert code.startswith(f"{parent}.")
            assert level[parent] == above[own]


def test_official_list_is_small():
    assert OFFICIAL.stat().st_size < 1_500_000


def test_build_script_refuses_another_package_and_short_lists(tmp_path):
    package = tmp_path / "package"
    (package / "data").mkdir(parents=True)
    before = OFFICIAL.read_bytes()

    def build():
        script = ROOT / "scripts" / "build_wilayah.py"
        return subprocess.run([sys.executable, str(script), str(package)], capture_output=True, text=True, check=False)

    (package / "package.json").write_text('{"version": "4.0.2"}')
    assert "expected idn-area-data 4.0.1, found 4.0.2" in build().stderr
    (package / "package.json").write_text('{"version": "4.0.1"}')
    (package / "data" / "provinces.csv").write_text("code,name\n11,Aceh\n")
    finished = build()
    assert finished.returncode == 1
    assert "expected 38 rows, found 1" in finished.stderr
    assert OFFICIAL.read_bytes() == before


def test_demo_list_is_a_plausible_regency():
    demo = pd.read_csv(EXTRA / "99.01_demo.csv", dtype=str)
    villages = demo[demo["level"] == "village"]
    assert villages.groupby("parent").size().tolist() == [15] * 8
    assert not villages.duplicated(["parent", "name"]).any()
    repeated = Counter(villages["name"])
    assert sum(count > 1 for count in repeated.values()) in (3, 4)
    kelurahan = villages[villages["code"].str[9] == "1"]
    assert set(kelurahan["parent"]) == {"99.01.01"}
    assert villages["code"].str.fullmatch(r"99\.01\.0[1-8]\.[12]0(0[1-9]|1[0-5])").all()


def test_regions_hold_both_lists(store):
    counts = {(row["list"], row["level"]): row["n"] for row in store.rows(
        "SELECT list, level, count(*) AS n FROM region GROUP BY list, level"
    )}  # fmt: skip
    assert counts == {
        ("wilayah", "province"): 38, ("wilayah", "regency"): 514,
        ("wilayah", "district"): 7285, ("wilayah", "village"): 83762,
        ("99.01_demo", "province"): 1, ("99.01_demo", "regency"): 1,
        ("99.01_demo", "district"): 8, ("99.01_demo", "village"): 120,
    }  # fmt: skip


def write_list(folder, *rows, name="uji.csv", header="code,level,name,parent"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")


def test_lists_are_loaded_once_and_again_when_they_change(tmp_path):
    extra = tmp_path / "extra"
    write_list(extra, "98,province,Contoh,")
    with Store(tmp_path / "tepat.duckdb") as opened:
        ensure_regions(opened, extra)
        with opened.transaction() as cursor:
            cursor.execute("UPDATE region SET name = 'Tanda' WHERE code = '98'")
        ensure_regions(opened, extra)
        assert opened.one("SELECT name FROM region WHERE code = '98'") == {"name": "Tanda"}
        write_list(extra, "98,province,Contoh,", "98.01,regency,Kabupaten Contoh,98")
        ensure_regions(opened, extra)
        held = opened.rows("SELECT code, name, list FROM region WHERE code LIKE '98%' ORDER BY code")
        assert held == [
            {"code": "98", "name": "Contoh", "list": "uji"},
            {"code": "98.01", "name": "Kabupaten Contoh", "list": "uji"},
        ]
        assert opened.one("SELECT count(*) AS n FROM region WHERE list = 'wilayah'") == {"n": 91599}


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (["9801,regency,Contoh,98"], 2),
        (["98,province,Contoh,", "98.01,district,Contoh,98"], 3),
        (["98,province,,"], 2),
        (["98.01,regency,Contoh,98"], 2),
        (["98,province,Contoh,", "98.01,regency,Contoh,97"], 3),
        (["11,province,Aceh,"], 2),
        (["98,province"], 2),
    ],
)
def test_a_faulty_extra_list_is_refused_and_changes_nothing(store, tmp_path, rows, line):
    write_list(tmp_path, *rows)
    with pytest.raises(Refused) as refused:
        ensure_regions(store, tmp_path)
    assert refused.value.code == "region_list_invalid"
    assert f"uji.csv baris {line} " in refused.value.message
    assert store.one("SELECT count(*) AS n FROM region") == {"n": 91599 + 130}


# --- codes -----------------------------------------------------------------------------------------


def clean_in_sql(store, texts):
    given = "(SELECT unnest($texts::VARCHAR[]) AS text) AS given"
    sql = f"SELECT {clean_village_code_sql('given.text')} AS code FROM {given}"
    return [row["code"] for row in store.rows(sql, {"texts": texts})]


VILLAGE_CODES = {
    "19.71.01.1004": "19.71.01.1004",
    "1971011004": "19.71.01.1004",
    "1971011004.0": "19.71.01.1004",
    "1971011004,00": "19.71.01.1004",
    "1.971011004E9": "19.71.01.1004",
    "1.971011004E+09": "19.71.01.1004",
    "1,971011004e+09": "19.71.01.1004",
    "'1971011004": "19.71.01.1004",
    " ' 19 71 01 1004\u00a0": "19.71.01.1004",
    "19.71.01. 1004\r\n": "19.71.01.1004",
    "1.97101E+09": None,  # digits are lost
    "1.97101101E9": None,  # may be a rounded 1971011007
    "1.971011004E10": None,
    "1971011004.5": None,
    "197101100": None,
    "19710110040": None,
    "197101.1004": None,
    "19.71.011.004": None,
    "-1971011004": None,
    "197101100A": None,
    "''1971011004": None,
    "١٩٧١٠١١٠٠٤": None,
    "19.71.01": None,
    "": None,
}


def test_village_codes_are_read_in_python_and_in_sql(store):
    texts = [*VILLAGE_CODES, None]
    expected = [*VILLAGE_CODES.values(), None]
    assert [clean_village_code(text) for text in texts] == expected
    assert clean_in_sql(store, texts) == expected


near_codes = st.text(alphabet="0123456789.,eE+-' \t\r\n\u00a0\u200b\ufeff\u2007x", max_size=20)
damaged_codes = st.builds(
    lambda code, before, after, place, blank: before + code[:place] + blank + code[place:] + after,
    st.one_of(
        st.from_regex(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}", fullmatch=True),
        st.from_regex(r"[0-9]{10}([.,]0{0,3})?", fullmatch=True),
        st.from_regex(r"[0-9][.,][0-9]{8,10}[eE]\+?0?[0-9]{1,2}", fullmatch=True),
    ),
    st.sampled_from(["", "'", " ", " '", "''", "\ufeff"]),
    st.sampled_from(["", " ", "\n", "'", ".0", "x"]),
    st.integers(0, 12),
    st.sampled_from(["", "", "", " ", "\u00a0", "\x0b", "\x1c", "\u3000"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(near_codes, damaged_codes, st.text(max_size=16)), min_size=1, max_size=40))
@example(["1971011004\n", "\x001971011004", "1971011004\x00"])
def test_python_and_sql_read_codes_alike(store, texts):
    assert clean_in_sql(store, texts) == [clean_village_code(text) for text in texts]


@given(st.integers(0, 10**10 - 1), st.sampled_from(["{d}", "{u}", "{u}.0", "'{d}", " {u} ", "{m}E9", "{m}E+09"]))
def test_a_code_survives_every_readable_spelling(number, spelling):
    undotted = f"{number:010d}"
    code = f"{undotted[:2]}.{undotted[2:4]}.{undotted[4:6]}.{undotted[6:]}"
    mantissa = f"{undotted[0]}.{undotted[1:]}"
    read = clean_village_code(spelling.format(d=code, u=undotted, m=mantissa))
    assert read == (None if "{m}" in spelling and undotted[0] == "0" else code)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("62", "62"), ("62.0", "62"), ("6210", "62.10"), ("62.10", "62.10"), ("6210.0", "62.10"), ("62.1", "62.10"),
        ("621004", "62.10.04"), ("62.10.04", "62.10.04"), (" '62.10.04.2008", "62.10.04.2008"),
        ("6210042008.0", "62.10.04.2008"), ("6210040", None), ("6", None), ("62.105", None), ("", None), (None, None),
        ("Gunung Mas", None),
    ],
)  # fmt: skip
def test_codes_of_any_level(text, expected):
    assert clean_region_code(text) == expected


# --- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("DESA SUKAMAJU II", "Sukamaju 2", "village"),
        ("KEL. BUKIT MERAPIN", "Bukit  Merapin", "village"),
        ("Kelurahan Ja'an", 'JA"AN', "village"),
        ("SEI RAYA", "Sungai Raya", "village"),
        ("KEC. MIHING RAYA", "Mihingraya", "district"),
        ("KAB. GUNUNG MAS", "Kabupaten Gunung Mas", "regency"),
        ("TANJUNG HARAPAN", "Kabupaten Tanjung Harapan (fiktif)", "regency"),
        ("D.K.I. Jakarta", "Daerah Khusus Ibukota Jakarta", "province"),
        ("DI YOGYAKARTA", "Daerah Istimewa Yogyakarta", "province"),
    ],
)
def test_spellings_of_one_name_have_one_key(left, right, level):
    assert name_key(left, level) == name_key(right, level)


@pytest.mark.parametrize(
    ("number", "roman"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (29, "XXIX"), (38, "XXXVIII")]
)
def test_roman_numbers_are_numbers(number, roman):
    assert name_key(f"Karya {roman}", "village") == name_key(f"Karya {number:02d}", "village") == f"KARYA{number}"


def test_directions_and_numbers_tell_neighbours_apart():
    assert telling_words("Tumbang Hulu II", "village") != telling_words("Tumbang Hilir II", "village")
    assert telling_words("Tumbang Hulu II", "village") != telling_words("Tumbang Hulu III", "village")
    assert telling_words("Karya Bakti", "village") == telling_words("Karya Bhakti", "village")


def test_same_name_allows_one_letter_in_nine():
    assert same_name("SUKAMULYA", "Suka Mulia", "village")
    assert not same_name("Merbau", "Marbau", "village")
    assert not same_name("Pasar Lama", "Pelabuhan", "village")


# --- judging ---------------------------------------------------------------------------------------


def file_of(codes, **names):
    return pd.DataFrame({"code": codes, "rows": 1} | names)


def demo_villages(store):
    return store.frame("SELECT code, name FROM region WHERE code LIKE '99.01.0_.%' ORDER BY code")


def test_known_codes_with_their_names_are_kemendagri(store):
    villages = demo_villages(store)
    judged = judge_codes(store, file_of(villages["code"], village=villages["name"].str.upper()))
    assert (judged.system, judged.codes, judged.known, judged.names_agree) == ("kemendagri", 120, 120, 1.0)
    assert "120 dari 120 kode desa" in judged.reason


def test_known_codes_without_names_are_kemendagri(store):
    with store.transaction() as cursor:
        judged = judge_codes(cursor, file_of(demo_villages(store)["code"].str.replace(".", "")))
    assert (judged.system, judged.known, judged.names_agree) == ("kemendagri", 120, None)


def test_known_codes_with_other_names_are_another_system(store):
    villages = demo_villages(store)
    shifted = villages["name"].shift(1, fill_value="Kebun Kopi")
    shifted[:59] = villages["name"][:59]  # 59 of 120 right, and Mekar Jaya etc. are never next to themselves
    judged = judge_codes(store, file_of(villages["code"], village=shifted))
    assert (judged.system, judged.names_agree) == ("other", 59 / 120)
    shifted[59:60] = villages["name"][59:60]
    judged = judge_codes(store, file_of(villages["code"], village=shifted))
    assert (judged.system, judged.names_agree) == ("kemendagri", 0.5)


def test_the_regency_name_alone_can_tell(store):
    codes = store.frame("SELECT code FROM region WHERE code LIKE '62.10.%' AND level = 'village'")["code"]
    assert judge_codes(store, file_of(codes, regency="GUNUNG MAS")).system == "kemendagri"
    assert judge_codes(store, file_of(codes, regency="PULANG PISAU")).system == "other"


def test_half_of_the_distinct_codes_must_be_known(store):
    known = list(demo_villages(store)["code"][:10])
    unknown = [f"99.01.09.{number:04d}" for number in range(10)]
    # Rows do not count: the ten unknown codes carry most of them.
    half = pd.concat([file_of(known), file_of(unknown).assign(rows=1000)])
    assert judge_codes(store, half).system == "kemendagri"
    fewer = pd.concat([half, file_of(["99.01.09.0010"])])
    judged = judge_codes(store, fewer)
    assert (judged.system, judged.codes, judged.known) == ("other", 21, 10)
    assert judged.reason.startswith("Hanya 10 dari 21 kode desa")


def test_a_code_counts_once_under_its_most_frequent_name(store):
    code = "99.01.01.1001"
    frame = pd.DataFrame(
        {"code": [code, code.replace(".", "")], "rows": [2, 90], "village": ["Pelabuhan", "PASAR LAMA"]}
    )
    judged = judge_codes(store, frame)
    assert (judged.codes, judged.known, judged.names_agree) == (1, 1, 1.0)


@pytest.mark.parametrize("codes", [[], ["", None, "Desa Suka"]])
def test_a_file_without_codes_is_not_kemendagri(store, codes):
    judged = judge_codes(store, file_of(pd.Series(codes, dtype=object), village="X"))
    assert (judged.system, judged.codes, judged.known, judged.names_agree) == ("other", 0, 0, None)


def test_reasons_are_single_indonesian_sentences(store):
    villages = demo_villages(store)
    frames = [
        file_of(villages["code"]),
        file_of(villages["code"], village="X"),
        file_of(["99.01.09.0001"]),
        file_of([]),
    ]
    for frame in frames:
        reason = judge_codes(store, frame).reason
        assert reason.endswith(".")
        assert not re.search(r"\.\s", reason)
        assert "kode" in reason


@pytest.mark.shared
def test_bps_codes_of_gunung_mas_are_recognised_as_such(store):
    path = SHARED / "boundaries" / "bps6211_gunung_mas.geojson"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    features = [feature["properties"] for feature in json.loads(path.read_text())["features"]]
    codes = [feature["village_code"].removeprefix("id") for feature in features]
    named = file_of(codes, regency="Gunung Mas", village=[feature["village"] for feature in features])
    for frame in (named, file_of(codes)):
        judged = judge_codes(store, frame)
        assert (judged.system, judged.codes, judged.known) == ("other", 127, 19)
        assert "19 dari 127" in judged.reason


@pytest.mark.shared
@pytest.mark.parametrize(("name", "villages"), [("19.71", 42), ("62.10", 127)])
def test_real_kemendagri_codes_are_recognised_as_such(store, name, villages):
    path = SHARED / "boundaries" / f"{name}_desa.geojson"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    features = [feature["properties"] for feature in json.loads(path.read_text())["features"]]
    frame = file_of([f["kode"] for f in features], village=[f["nama"] for f in features])
    judged = judge_codes(store, frame)
    assert (judged.system, judged.codes, judged.known) == ("kemendagri", villages, villages)
    assert judged.names_agree > 0.95

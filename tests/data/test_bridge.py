"""A bridge from BPS to Kemendagri codes: proposed from names, read from files, kept."""

import json
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from data.errors import Refused
from data.regions import ensure_regions, load_bridge, propose_bridge, read_bridge, save_bridge
from data.store import Store

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("bridge") / "tepat.duckdb") as opened:
        ensure_regions(opened)
        yield opened


@pytest.fixture(scope="module")
def demo(store):
    """The demo's villages as a BPS-coded file would name them, with the true Kemendagri code in `truth`."""
    frame = store.frame(
        "SELECT v.code AS truth, d.name AS district, v.name AS village "
        "FROM region v JOIN region d ON d.code = v.parent "
        "WHERE v.code LIKE '99.01.%' AND v.level = 'village' ORDER BY v.code"
    )
    place = frame.groupby("district").cumcount() + 1
    district = frame["truth"].str[6:8].astype(int) * 10
    frame["code"] = [f"9901{above:03d}{number:03d}" for above, number in zip(district, place, strict=True)]
    return frame.assign(rows=5, regency="KAB. TANJUNG HARAPAN", district="KEC. " + frame["district"].str.upper())


def pairs(proposal):
    return dict(zip(proposal.matched["bps_code"], proposal.matched["village_code"], strict=True))


def test_equal_names_settle_every_village(store, demo):
    given = demo.assign(village="DESA " + demo["village"].str.upper())
    proposal = propose_bridge(store, given)
    assert pairs(proposal) == dict(zip(demo["code"], demo["truth"], strict=True))
    assert set(proposal.matched["how"]) == {"exact"}
    assert proposal.unmatched.empty
    # Names that repeat across kecamatan were told apart by the kecamatan.
    assert proposal.matched["name"].duplicated().any()


def test_close_names_are_matched_and_say_so(store, demo):
    given = demo.copy()
    given.loc[given["village"] == "Rimba Sekampung", "village"] = "RIMBO SEKAMPUNG"
    given.loc[given["district"] == "KEC. RANTAU MAKMUR", "district"] = "RANTAU MAKMOR"
    proposal = propose_bridge(store, given)
    assert pairs(proposal) == dict(zip(demo["code"], demo["truth"], strict=True))
    close = proposal.matched.loc[proposal.matched["how"] == "close", "village_code"]
    assert set(close) == {"99.01.04.2005"} | {f"99.01.06.2{n:03d}" for n in range(1, 16)}


def test_what_names_do_not_settle_waits_for_confirmation(store, demo):
    given = demo.copy()
    given.loc[given["village"] == "Pelabuhan", "village"] = "BANDAR"  # renamed
    given.loc[given["village"] == "Bakau Rimbun", "village"] = "MUARA BENING"  # one name twice in a kecamatan
    given.loc[given["village"] == "Engkuning", "district"] = "HULU SEKAYAN UTARA"  # a kecamatan that was split off
    given.loc[given["village"] == "Belibis", "village"] = None
    proposal = propose_bridge(store, given)
    waiting = proposal.unmatched.set_index("bps_code")
    truth = demo.set_index("code")["truth"]
    assert set(truth[waiting.index]) == {
        "99.01.01.1002", "99.01.02.2001", "99.01.02.2009", "99.01.07.2013", "99.01.08.2014",
    }  # fmt: skip
    assert len(proposal.matched) == 115
    split_off = waiting.loc[demo.set_index("village")["code"]["Engkuning"]]
    assert split_off["candidates"][0] == {
        "village_code": "99.01.07.2013", "name": "Engkuning", "district": "Hulu Sekayan", "score": 100.0,
    }  # fmt: skip
    assert split_off["district"] == "HULU SEKAYAN UTARA"
    taken = set(proposal.matched["village_code"])
    for candidates in waiting["candidates"]:
        assert len(candidates) == 3
        assert not taken & {candidate["village_code"] for candidate in candidates}


def test_neighbours_with_another_direction_or_number_are_never_close(store, demo):
    given = demo.copy()
    given.loc[given["village"] == "Batang Hari Mulya", "village"] = "Batang Hari Mulya II"
    given.loc[given["village"] == "Long Beliung", "village"] = "Long Beliung A"
    given.loc[given["village"] == "Lubuk Kelampai", "village"] = "Lubuk Kelampaian"
    waiting = set(propose_bridge(store, given).unmatched["village"])
    assert waiting == {"Batang Hari Mulya II", "Long Beliung A"}


@pytest.mark.parametrize(
    ("regency", "province", "number", "expected"),
    [
        ("BOGOR", None, "3201", "32.01"),
        ("BOGOR", None, "3271", "32.71"),
        ("KAB. BOGOR", None, "3271", "32.01"),
        ("Kota Bogor", None, "3201", "32.71"),
        ("KOTA WARINGIN BARAT", None, "6201", "62.01"),
        ("KOTA BARU", None, "6302", "63.02"),
        ("JAKARTA SELATAN", "DKI JAKARTA", "3171", "31.74"),
        ("KAB. ADM. KEPULAUAN SERIBU", "D.K.I. JAKARTA", "3101", "31.01"),
        ("GUNUNGMAS", "Kalimantan Tengah", "6211", "62.10"),
        ("GUNUNG MAS", "PROVINSI KALIMANTAN TENGAH", "6211", "62.10"),
        ("GUNUNG MAS", "RIAU", "6211", None),
        ("GUNUNG MAS", "BORNEO", "6211", "62.10"),  # a province nobody knows decides nothing
        ("KAB. PONTIANAK", None, "6102", None),  # since 2014 Mempawah; Kota Pontianak is another place
        ("ATLANTIS", None, "6211", None),
        ("-", None, "6211", None),
        (None, "KALIMANTAN TENGAH", "6211", None),
    ],
)
def test_the_regency_is_found_by_name_and_kind(store, regency, province, number, expected):
    sample = store.one(
        "SELECT v.name AS village, d.name AS district FROM region v JOIN region d ON d.code = v.parent "
        "WHERE starts_with(v.code, $code) AND v.level = 'village' ORDER BY v.code LIMIT 1",
        {"code": (expected or "62.10") + "."},
    )
    given = pd.DataFrame([{"code": number + "010001", "rows": 1, "regency": regency, "province": province} | sample])
    proposal = propose_bridge(store, given)
    if expected is None:
        assert proposal.matched.empty
        assert proposal.unmatched["candidates"].tolist() == [[]]
    else:
        assert [code[:5] for code in proposal.matched["village_code"]] == [expected]


@pytest.mark.parametrize("columns", [["code", "rows"], ["code", "rows", "village"], ["code", "rows", "regency"]])
def test_without_the_names_nothing_is_proposed(store, demo, columns):
    proposal = propose_bridge(store, demo[columns])
    assert proposal.matched.empty
    assert list(proposal.matched) == ["bps_code", "village_code", "name", "how"]
    assert len(proposal.unmatched) == 120


@pytest.mark.shared
def test_gunung_mas_is_bridged_from_its_names(store):
    """Of 127 villages 119 have equal names in both lists, six differ by a letter, two were renamed."""
    path = SHARED / "boundaries" / "bps6211_gunung_mas.geojson"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    features = [feature["properties"] for feature in json.loads(path.read_text())["features"]]
    given = pd.DataFrame(features)[["province", "regency", "district", "village"]]
    given["code"] = [feature["village_code"].removeprefix("id") for feature in features]
    proposal = propose_bridge(store, given.assign(rows=1))

    # The same again without our code: equal letters, case and blanks aside, in both lists.
    def plain(frame):
        return (frame["district"] + "/" + frame["village"]).str.upper().str.replace(" ", "")

    listed = store.frame(
        "SELECT v.code AS listed, d.name AS district, v.name AS village "
        "FROM region v JOIN region d ON d.code = v.parent "
        "WHERE v.code LIKE '62.10.%' AND v.level = 'village'"
    )
    equal = given.assign(key=plain(given)).merge(listed.assign(key=plain(listed)), on="key")
    exact = proposal.matched[proposal.matched["how"] == "exact"]
    assert len(exact) == len(equal) == 119
    assert dict(zip(exact["bps_code"], exact["village_code"], strict=True)) == dict(
        zip(equal["code"], equal["listed"], strict=True)
    )
    assert len(proposal.matched) == 125
    assert proposal.matched["village_code"].is_unique
    assert set(proposal.unmatched["village"]) == {"Kuala Kurun", "Karason"}
    assert [candidates[0]["name"] for candidates in proposal.unmatched["candidates"]] == ["Kurun", "Karason Raya"]


# --- files -----------------------------------------------------------------------------------------

EXPECTED = {"6211010005": "62.10.06.2003", "6211010006": "62.10.06.2012"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "bps_code,village_code\n6211010005,62.10.06.2003\n6211010006,6210062012\n"),
        ("b.csv", "Kode BPS;Nama BPS;Kode Dagri;Nama Dagri\n6211010005;X;62.10.06.2003;X\n6211010006;Y;6210062012;Y\n"),
        # one pair twice, one counterpart not known
        (
            "c.txt",
            "kode_kemdagri|bps\n6210062003|6211010005\n62.10.06.2003|6211010005\n|6211010007\n6210062012.0|'6211010006\n",
        ),
    ],
)
def test_a_bridge_is_read_from_text_files(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    bridge = read_bridge(path)
    assert dict(zip(bridge["bps_code"], bridge["village_code"], strict=True)) == EXPECTED


def test_a_bridge_is_read_from_a_workbook_with_title_rows(tmp_path):
    path = tmp_path / "jembatan.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "Jembatan kode wilayah")
        sheet.write_row(2, 0, ["No", "Kode BPS", "Kode Kemendagri"])
        for row, (bps, village) in enumerate(EXPECTED.items(), start=3):
            sheet.write_row(row, 0, [row - 2, int(bps), village])
    bridge = read_bridge(path)
    assert dict(zip(bridge["bps_code"], bridge["village_code"], strict=True)) == EXPECTED


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("kode,nama\n6211010005,X\n", "bridge_columns", "kode_kemendagri"),
        ("bps,kode_bps,dagri\n6211010005,6211010005,6210062003\n", "bridge_columns", "tepat satu"),
        ("bps,dagri\n6211010005,6210062003\n621101,6210062012\n", "bridge_code", "Baris 3 "),
        ("bps,dagri\n6211010005,6210062003\n6211010005,6210062012\n", "bridge_duplicate", "6211010005"),
        ("bps,dagri\n6211010005,6210062003\n6211010006,6210062003\n", "bridge_duplicate", "62.10.06.2003"),
        ("bps,dagri\n6211010005,\n", "bridge_empty", "jembatan.csv"),
    ],
)
def test_a_faulty_bridge_is_refused_in_one_sentence(tmp_path, text, code, said):
    path = tmp_path / "jembatan.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_bridge(path)
    assert refused.value.code == code
    assert said in refused.value.message
    assert refused.value.message.endswith(".")
    assert not re.search(r"\.\s", refused.value.message)


def test_a_saved_bridge_is_kept_and_renewed(tmp_path):
    with Store(tmp_path / "tepat.duckdb") as opened:
        assert list(load_bridge(opened)) == ["bps_code", "village_code"]
        assert load_bridge(opened).empty
        first = pd.DataFrame({"bps_code": list(EXPECTED), "village_code": list(EXPECTED.values())})
        second = pd.DataFrame({"bps_code": ["6211010006"], "village_code": ["62.10.06.2001"]})
        for frame, how in ((first, "name"), (second, "confirmed")):
            with opened.transaction() as cursor:
                save_bridge(cursor, frame, how)
        held = load_bridge(opened)
        assert dict(zip(held["bps_code"], held["village_code"], strict=True)) == EXPECTED | {
            "6211010006": "62.10.06.2001"
        }
        how = Counter(row["how"] for row in opened.rows("SELECT how FROM bridge WHERE saved_at IS NOT NULL"))
        assert how == {"name": 1, "confirmed": 1}

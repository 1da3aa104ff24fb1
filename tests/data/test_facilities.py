"""A table of villages in: by code and by name, words read or left alone, every row accounted for."""

from datetime import date

import pandas as pd
import pytest
import xlsxwriter

from data.errors import Refused
from data.load_facilities import import_facilities
from data.regions import ensure_regions
from data.store import Store

GUNUNG_MAS = "62.10.01"


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """A store with the code list: it takes a second to load, so all tests share it."""
    with Store(tmp_path_factory.mktemp("store") / "t.duckdb") as store:
        ensure_regions(store)
        yield store


@pytest.fixture
def villages(listed):
    """The store without facilities, and six villages of one district."""
    with listed.transaction() as cursor:
        cursor.execute("DELETE FROM village_facility")
    rows = listed.rows(
        "SELECT v.code, v.name, d.name AS district FROM region AS v JOIN region AS d ON d.code = v.parent "
        "WHERE v.parent = $district ORDER BY v.code LIMIT 6",
        {"district": GUNUNG_MAS},
    )
    return listed, pd.DataFrame(rows)


def written(path, columns: dict[str, list], title: str | None = None):
    """An XLSX as an office sends it, perhaps with a title above the header; texts stay texts."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        start = 0
        if title:
            sheet.write_string(0, 0, title)
            start = 2
        for place, (header, values) in enumerate(columns.items()):
            sheet.write_string(start, place, header)
            for row, value in enumerate(values, start + 1):
                sheet.write(row, place, value)
    return path


ROADS = ["Aspal", "Tanah", "Kerikil", "", "rusak berat", "Aspal"]


def stored(store, facility):
    sql = "SELECT village_code, value, number, lacking FROM village_facility WHERE facility = $facility ORDER BY 1"
    return store.rows(sql, {"facility": facility})


@pytest.mark.parametrize("dotted", [True, False])
def test_words_are_lack_or_not_and_unknown_ones_neither(villages, tmp_path, dotted):
    store, places = villages
    codes = [code if dotted else code.replace(".", "") for code in places["code"]]
    path = written(
        tmp_path / "f.xlsx",
        {"Kode Desa": codes, "Kondisi Jalan": ROADS, "Jumlah SD": [0, 1, 2, 3, 0, 1], "Rawan Banjir": ["Ya"] * 6},
        "Fasilitas desa tahun 2026",
    )
    report = import_facilities(store, path, date=date(2026, 1, 1))
    road = report.columns[0]
    assert (road.facility, road.values, road.lacking, road.fine, road.unknown_words) == ("road", 5, 2, 2, ("Kerikil",))
    assert [row["lacking"] for row in stored(store, "road")] == [False, True, None, True, False]
    assert [row["lacking"] for row in stored(store, "primary_school")] == [True, False, False, False, True, False]
    flood = stored(store, "Rawan Banjir")
    assert [row["lacking"] for row in flood] == [None] * 6
    assert (report.rows_read, report.villages, report.unmatched) == (6, 6, ())


def test_villages_by_name_and_rows_that_match_none(villages, tmp_path):
    store, places = villages
    names = [name.upper() for name in places["name"]]
    names[2] = "Entah Di Mana"
    path = written(
        tmp_path / "f.xlsx",
        {"Kabupaten": ["Kab. Gunung Mas"] * 6, "Kecamatan": places["district"].str.lower().tolist(), "Desa": names,
         "Sinyal": ["Kuat", "Lemah", "Lemah", "4G", "Lemah", ""]},
    )  # fmt: skip
    report = import_facilities(store, path)
    assert report.unmatched == ((4, f"Entah Di Mana, {places['district'][0].lower()}"),)
    found = {row["village_code"]: row["lacking"] for row in stored(store, "signal")}
    codes = places["code"].tolist()
    assert found == {codes[0]: False, codes[1]: True, codes[3]: False, codes[4]: True}


def test_a_village_met_twice_and_a_code_no_list_has_are_reported(villages, tmp_path):
    store, places = villages
    codes = [*places["code"][:3], places["code"][0], "62.10.01.9999", "tanpa kode"]
    report = import_facilities(store, written(tmp_path / "f.xlsx", {"Kode Desa": codes, "Jalan": ["Aspal"] * 6}))
    assert (report.villages, report.repeated) == (3, (5,))
    assert [line for line, _ in report.unmatched] == [6, 7]
    assert report.rows_read == report.villages + len(report.unmatched) + len(report.repeated) + report.unreadable


def test_a_later_table_replaces_the_same_facility_of_the_same_village_only(villages, tmp_path):
    store, places = villages
    codes = places["code"].tolist()
    import_facilities(
        store, written(tmp_path / "a.xlsx", {"Kode Desa": codes, "Jalan": ["Tanah"] * 6, "Sinyal": ["Lemah"] * 6})
    )
    import_facilities(store, written(tmp_path / "b.xlsx", {"Kode Desa": codes[:1], "Jalan": ["Aspal"]}))
    assert [row["value"] for row in stored(store, "road")] == ["Aspal", *["Tanah"] * 5]
    assert len(stored(store, "signal")) == 6


def test_numbers_like_a_nik_and_names_of_people_are_not_kept(villages, tmp_path):
    store, places = villages
    path = written(
        tmp_path / "f.xlsx",
        {"Kode Desa": places["code"].tolist(), "Jalan": ["Aspal"] * 6, "Nama Kepala Desa": ["Seseorang"] * 6,
         "Pengurus": ["9901010101800001"] * 6, "Bidan": ["NIK 9901 0101 0180 0001", *[""] * 5],
         "Kader": ["9901.0101.0180.0001"] * 6, "Ketua": ["9901010101800001.0"] * 6},
    )  # fmt: skip
    report = import_facilities(store, path)
    assert [column.header for column in report.columns] == ["Jalan"]
    assert [
        name in said for name, said in zip(("Pengurus", "Bidan", "Kader", "Ketua"), report.warnings, strict=True)
    ] == [True] * 4
    assert store.one("SELECT count(*) AS n FROM village_facility WHERE facility <> 'road'")["n"] == 0


def test_villages_of_another_regency_are_said_to_be_that(villages, tmp_path):
    store, places = villages
    codes = [*places["code"][:4], "62.11.01.2001", "62.11.01.2002"]
    path = written(tmp_path / "f.xlsx", {"Kode Desa": codes, "Jalan": ["Aspal"] * 6})
    assert import_facilities(store, path).warnings == ()  # without a single family nobody can tell
    with store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO family (snapshot_id, family_no, line_no, pseudonym, village_code, village_known) "
            "VALUES ('s', 1, 1, 'p', $code, true)",
            {"code": codes[0]},
        )
    try:
        (warning,) = import_facilities(store, path).warnings
    finally:
        with store.transaction() as cursor:
            cursor.execute("DELETE FROM family")
    assert warning.startswith("2 desa berada di kabupaten/kota yang daftar keluarganya tidak dimuat")


def test_headers_like_our_own_names_and_numbers_beyond_numbers(villages, tmp_path):
    store, places = villages
    path = written(
        tmp_path / "f.xlsx",
        {"Kode Desa": places["code"].tolist(), "village_code": ["kutip"] * 6, "road": ["Tanah"] * 6,
         "Jumlah SD": ["9" * 400, "inf", "NaN", "-1", "1e999", "0"]},
    )  # fmt: skip
    report = import_facilities(store, path)
    assert {row["value"] for row in stored(store, "village_code")} == {"kutip"}
    own, road, school = report.columns
    assert (own.facility, road.facility, road.lacking) == (None, "road", 6)
    assert (school.lacking, school.fine) == (1, 0)
    assert [row["number"] for row in stored(store, "primary_school")] == [None] * 4 + [0.0]  # NaN is an empty cell


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"Jalan": ["Aspal", "Tanah"], "Sinyal": ["Kuat", "Lemah"]}, "facility_columns"),
        ({"Kode Desa": ["62.10.01.9999", "62.10.01.9998"], "Jalan": ["Aspal", "Tanah"]}, "code_system"),
        ({"Kode Desa": ["62.10.01.1001", "62.10.01.2002"], "Nama Desa": ["A", "B"]}, "facility_columns"),
        ({"Kecamatan": ["Kurun", "Kurun"], "Desa": ["A", "B"], "Jalan": ["Aspal", "Tanah"]}, "regency_unknown"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_changes_nothing(villages, tmp_path, columns, code):
    store, _ = villages
    with pytest.raises(Refused) as refused:
        import_facilities(store, written(tmp_path / "f.xlsx", columns))
    assert refused.value.code == code
    assert store.one("SELECT count(*) AS n FROM village_facility")["n"] == 0
    assert not list(store.staging.iterdir())


def test_the_demo_has_a_table_and_an_inventory_of_its_own(villages, tmp_path):
    from data.demo import DemoVillage, make_region
    from data.demo_plans import write_plans
    from data.load_inventory import import_inventory

    store, _ = villages
    rows = store.rows(
        "SELECT v.code, v.name, d.name AS district FROM region AS v JOIN region AS d ON d.code = v.parent "
        "WHERE v.code LIKE '99.01.%' AND v.level = 'village' ORDER BY v.code LIMIT 8"
    )
    region = make_region([DemoVillage(**row, lon=100 + n / 10, lat=n / 20) for n, row in enumerate(rows)], 800)
    paths = write_plans(region, tmp_path)
    first = {role: path.read_bytes() for role, path in paths.items()}
    assert {role: path.read_bytes() for role, path in write_plans(region, tmp_path).items()} == first
    report = import_facilities(store, paths["facilities"])
    assert (report.villages, len(report.unmatched)) == (8, 1)
    assert {column.facility for column in report.columns} >= {"road", "health", "signal", "water", None}
    planned = import_inventory(store, paths["inventory"])
    assert (planned.accepted, planned.rejected) == (5, ())

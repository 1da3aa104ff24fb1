"""What leaves of programmes together, stages of life, the ladder, criteria, definitions and facilities."""

import io

import pandas as pd
import pytest

from analytics.criteria import criteria
from analytics.definition_comparison import compare_definitions
from analytics.facilities import village_facilities
from analytics.ladder import ladder
from analytics.life_cycle import life_cycle
from analytics.overlaps import overlaps
from analytics.scope import Scope
from data.criteria_reading import rules_of_text
from reports.criteria_tables import comparison_export, criteria_export
from reports.gap_tables import facilities_export
from reports.overlap_tables import ladder_export, life_cycle_export, together_export
from reports.provenance import provenance
from reports.tables import protected_sheet
from tests.analytics.conftest import build, store

__all__ = ["build", "store"]
HERE, THERE = "99.01.01.2001", "99.01.01.2002"
RULES = rules_of_text(
    """
name: uji
title: Uji
source: uji
articles: uji
status: unverified
rule:
  all_of:
    - {clause: z, article: x, label: lantai tanah, when: {field: floor, "=": earth}}
    - {clause: a, article: x, label: tanpa jamban, when: {field: toilet, "=": none}}
""",
    "uji.yaml",
)


def sheets(content: bytes) -> dict[str, pd.DataFrame]:
    return pd.read_excel(io.BytesIO(content), sheet_name=None, header=3, engine="calamine")


def leaves(exact) -> float | None:
    """By hand: null stays null, 1 to 4 is hidden, the rest goes to the nearest 5."""
    if pd.isna(exact) or 1 <= exact <= 4:
        return None
    return 5 * ((int(exact) + 2) // 5) if exact else 0


def column(table: pd.DataFrame, name: str) -> list[float | None]:
    return [None if pd.isna(value) else value for value in table[name]]


@pytest.fixture
def region(store, build):
    """HERE 30 families of the first decile, 3 with both BLT-DD and Sembako, 9 with Sembako alone, 18 with nothing;
    THERE 3 of the first decile and 7 of the fifth. Earth floor and no toilet: 2; earth floor, toilet unknown: 11."""
    first = {"decile_recorded": 1, "size": 3, "floor": "earth"}
    families = [first | {"village_code": HERE, "toilet": "none" if n < 2 else None if n < 13 else "own"}
                for n in range(30)]  # fmt: skip
    families += [{"decile_recorded": 1 if n < 3 else 5, "size": 2, "village_code": THERE, "floor": "tile"}
                 for n in range(10)]  # fmt: skip
    build(
        store,
        families=families,
        persons=[{"family_no": n, "sex": "male", "birth_date": "1940-01-01"} for n in (1, 2)]
        + [{"family_no": n, "sex": "male", "birth_date": "2014-01-01"} for n in range(1, 13)],
        enrolments=[{"family_no": n, "programme": "SEMBAKO"} for n in range(1, 13)]
        + [{"family_no": n, "programme": "BLT-DD"} for n in range(1, 4)],
        regions={HERE: "Sana", THERE: "Sini", "99.01.01": "Kecamatan", "99.01": "Kabupaten"},
    )
    return store


def test_rules_stages_and_ladder(region):
    scope = Scope("s1")
    about = provenance(region, scope)
    rules = overlaps(region, scope)
    said = sheets(together_export(rules, about))
    (blt,) = [row for row in said["Dilarang"].to_dict("records") if row["Kunci"] == "blt_dd"]
    exact = rules.rows.set_index("rule").loc["blt_dd"]
    assert exact["to_check"] == 3  # no period is recorded
    assert pd.isna(blt["Keluarga perlu diperiksa"])
    assert blt["Catatan"] == "disembunyikan"
    assert set(said["Gabungan"]["Keluarga"].dropna()) == {10, 30}  # 9 with Sembako, 28 with nothing
    stages = life_cycle(region, scope)
    (out,) = [table for name, table in sheets(life_cycle_export(stages, about)).items() if name != "Keterangan"]
    assert list(out["Kunci"]) == list(stages.rows["stage"])
    assert column(out, "Keluarga") == [leaves(count) for count in stages.rows["families"]]
    assert None in column(out, "Keluarga")  # two elderly heads
    classes = ladder(region, scope)
    out = sheets(ladder_export(classes, about))["Tangga"]
    assert list(out["Kunci"])[:5] == list(classes.rows["class"])
    assert column(out, "Keluarga")[:5] == [leaves(count) for count in classes.rows["families"]]


def test_a_hidden_rest_does_not_say_how_many_sets_it_is(store, build):
    """Four families in four sets: hidden is 1 to 4, and four sets would leave 4 alone."""
    programmes = ["PKH", "SEMBAKO", "PIP"]
    build(store, families=[{"decile_recorded": 1, "size": 2}] * 4,
          enrolments=[{"family_no": n, "programme": code} for n, code in enumerate(programmes, 1)])  # fmt: skip
    scope = Scope("s1")
    table = sheets(together_export(overlaps(store, scope), provenance(store, scope)))["Gabungan"]
    assert column(table, "Keluarga") == [None]
    assert table["Gabungan program"].tolist() == ["Gabungan lain"]


def test_criteria_leave_in_the_order_of_the_regulation(region):
    scope = Scope("s1", definition="local_criteria", rules=RULES)
    found = criteria(region, scope)
    assert (found.lower, found.undecided, found.not_met) == (2, 11, 27)
    said = sheets(criteria_export(found, provenance(region, scope)))
    assert column(said["Batas"], "Keluarga") == [None, 10, 15, 25, 40, 0]
    clauses = said["Klausul"]
    assert list(clauses["Klausul"]) == ["z", "a"]
    assert column(clauses, "Terpenuhi") == [30, None]
    assert column(clauses, "Belum dapat dinilai") == [0, 20]  # 11 and the 10 of the other village
    with pytest.raises(ValueError, match="families"):
        criteria_export(criteria(region, Scope("s1", unit="persons", rules=RULES)), provenance(region, scope))


def test_definitions_and_their_villages(region):
    scope = Scope("s1", rules=RULES)
    found = compare_definitions(region, scope)
    said = sheets(comparison_export(found, "recorded", "local_upper", provenance(region, scope)))
    assert dict(zip(said["Definisi"]["Kunci"], column(said["Definisi"], "Keluarga"), strict=True)) == {
        "recorded": 35, "local_lower": None, "local_upper": 15
    }  # fmt: skip
    villages = said["Desa"].set_index("Kode")
    # HERE: 30 recorded, of whom 13 may meet the rules; THERE: 3 recorded, nobody else.
    assert villages.loc[HERE, ["Disebut keduanya", "Hanya yang pertama"]].tolist() == [15, 15]
    assert pd.isna(villages.loc[THERE, "Hanya yang pertama"])
    assert villages.loc[THERE, "Tidak disebut keduanya"] == 5


def test_facilities_tell_no_small_village(region):
    with region.transaction() as cursor:
        for code, value, lacking in ((HERE, "Tanah", True), (THERE, "Rusak", True)):
            cursor.execute(
                "INSERT INTO village_facility VALUES (?, 'road', ?, NULL, ?, NULL, 'uji')", [code, value, lacking]
            )
        cursor.execute("INSERT INTO village_facility VALUES (?, 'signal', 'Lemah', NULL, true, NULL, 'uji')", [THERE])
    scope = Scope("s1")
    said = sheets(facilities_export(village_facilities(region, scope), provenance(region, scope)))
    lacks = said["Fasilitas"].set_index("Kunci")
    assert lacks.loc["road", "Keluarga miskin ekstrem di desa kurang"] == 35  # 33
    assert pd.isna(lacks.loc["signal", "Jiwa miskin ekstrem di desa kurang"])  # 6 persons of 3 families
    villages = said["Desa"].set_index("Kode")
    assert villages.loc[HERE, "Jiwa miskin ekstrem"] == 90
    assert villages.loc[THERE, ["Keluarga miskin ekstrem", "Jiwa miskin ekstrem"]].isna().all()


def test_expected_numbers_are_made_whole_before_they_are_protected():
    frame = pd.DataFrame({"key": ["b", "a", "c"], "families": [7.6, 3.4, 0.2], "persons": [20.4, 9.0, 0.4]})
    sheet = protected_sheet(
        frame, name="x", title="x", headers={}, expected=True, as_given=True, keys=["key"],
        counts={"families": ["persons"]}, totals=["key"],
    )  # fmt: skip
    assert list(sheet.frame["key"]) == ["b", "a", "c", "Jumlah"]
    assert column(sheet.frame, "families") == [10, None, 0, 10]
    assert column(sheet.frame, "persons") == [20, None, 0, 20]
    assert "perkiraan" in sheet.notes[0]

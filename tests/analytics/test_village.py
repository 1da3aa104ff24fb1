"""The profile of a village against a second count in pandas, and against the pages its figures come from."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from analytics import catalogue
from analytics.clusters import clusters
from analytics.coverage import coverage
from analytics.definitions import computed_lines
from analytics.ladder import ladder
from analytics.needs import family_needs
from analytics.pipeline import load_demo
from analytics.pockets import STATUS_NAMES, find_pockets
from analytics.scope import Scope
from analytics.village import exact, summary, village_profile
from data.errors import Refused
from data.load_register import UNKNOWN_VILLAGE
from data.store import Store
from reports.disclosure import HIDDEN, REMARK
from reports.documents.build import compose
from reports.documents.catalogue import kind_of
from reports.pocket_export import printed_places
from reports.provenance import provenance
from reports.village_sheet import safe, village_workbook
from tests.village_squares import draw, lattice

ON = date(2026, 3, 1)
VILLAGES = [f"99.01.01.20{n:02d}" for n in range(1, 7)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("demo") / "t.duckdb") as opened:
        load_demo(opened, families=2500)
        yield opened


@pytest.fixture(scope="module")
def families(demo) -> pd.DataFrame:
    scope = catalogue.default_scope(demo)
    return demo.frame(
        "SELECT f.family_no, f.village_code AS village, f.size, f.decile_recorded AS decile, f.toilet, x.head_sex, "
        "x.any_disability, x.elderly, x.head_working, x.school_age, x.school_age_out "
        "FROM family AS f JOIN family_feature AS x USING (snapshot_id, family_no) WHERE snapshot_id = $id",
        {"id": scope.snapshot_id},
    )


def leaving(store, profile):
    """The profile as it leaves."""
    regency = find_pockets(store, replace(profile.scope, region=profile.scope.region[:5]))
    return safe(profile, printed_places(store, regency))


def some(families: pd.DataFrame) -> list[str]:
    """The villages with most and with fewest extreme poor, and one between; families of no known village left out."""
    families = families[~families["village"].str.endswith(UNKNOWN_VILLAGE)]
    counts = families.assign(poor=families["decile"] <= 1).groupby("village")["poor"].sum().sort_values()
    return [counts.index[0], counts.index[len(counts) // 2], counts.index[-1]]


def profiled(demo, village: str, **scope):
    return village_profile(demo, catalogue.default_scope(demo, region=village, definition="recorded", cut=1, **scope))


def test_ranks_counted_again(demo, families):
    poor = families[families["decile"] <= 1].groupby("village")["size"].sum()
    people = demo.frame("SELECT village_code AS village, persons FROM population").set_index("village")["persons"]
    there = [village for village in families["village"].unique() if not village.endswith(UNKNOWN_VILLAGE)]
    persons = poor.reindex(there, fill_value=0)
    listed = families.groupby("village")["size"].sum().reindex(there)  # where a village has no reference
    table = pd.DataFrame({"persons": persons, "rate": persons / people.reindex(there).fillna(listed)})
    for village in some(families):
        found = profiled(demo, village).ranks
        for row in found.to_dict("records"):
            inside = table[table.index.str.startswith(village[: 8 if row["within"] == "district" else 5])]
            ranked = inside[row["by"]].rank(method="min", ascending=False)
            assert (row["place"], row["of"]) == (int(ranked[village]), len(inside))
            assert row["tied"] == bool((inside[row["by"]] == inside.loc[village, row["by"]]).sum() > 1)


def test_shares_of_traits_and_needs_counted_again(demo, families):
    asked = families["school_age"].gt(0).where(families["school_age"].notna())
    answers = {
        "female_head": families["head_sex"].map({"female": True, "male": False}),
        "disability": families["any_disability"],
        "elderly": families["elderly"].gt(0).where(families["elderly"].notna()),
        "head_idle": families["head_working"].map({True: False, False: True}),
        "out_of_school": families["school_age_out"].gt(0).where(asked.eq(True) & families["school_age_out"].notna()),
    }
    toilet = families["toilet"].isin(["shared", "none", "other"]).where(families["toilet"].notna())
    poor = families["decile"] <= 1
    for village in some(families):
        found, here = profiled(demo, village).families, families["village"] == village
        traits, needs = found.traits.set_index("trait"), found.needs.set_index("need")
        for trait, answer in answers.items():
            known = answer[here].dropna().astype(bool)
            assert traits.loc[trait, ["yes", "no"]].tolist() == [known.sum(), (~known).sum()]
            assert traits.loc[trait, "share"] == pytest.approx(known.mean())
            assert traits.loc[trait, "regency_share"] == pytest.approx(answer.dropna().astype(bool).mean())
            assert traits.loc[trait, ["yes", "no", "not_applicable", "unknown"]].sum() == here.sum()
        among = toilet[poor].dropna().astype(bool)
        own = toilet[poor & here].dropna().astype(bool)
        assert needs.loc["no_toilet", "regency_share"] == pytest.approx(among.mean())
        assert needs.loc["no_toilet", "extreme_yes"] == own.sum()
        assert found.size == pytest.approx(families.loc[here, "size"].mean())
        assert found.regency_size == pytest.approx(families["size"].mean())


@pytest.mark.parametrize("definition", ["recorded", "pmt_quota", "pmt_line", "local_criteria"])
def test_every_figure_is_that_of_the_page_it_comes_from(demo, families, definition):
    line = next(iter(computed_lines(demo, catalogue.default_scope(demo).snapshot_id)))
    whole = catalogue.default_scope(demo, definition=definition, line=line if definition == "pmt_line" else None)
    village = some(families)[2]
    scope = replace(whole, region=village)
    found = village_profile(demo, scope)
    row = find_pockets(demo, whole).by_village.set_index("village").loc[village]
    for name in ("persons", "families", "rate", "probability", "low", "high", "status", "listed_persons"):
        assert (found.row[name] is None and pd.isna(row[name])) or found.row[name] == row[name]
    needs = family_needs(demo, replace(whole, unit="families")).rows
    own = needs[(needs["by"] == "village") & (needs["code"] == village)].set_index("need")
    regency = needs[needs["by"] == "all"].set_index("need")
    for need in found.families.needs.to_dict("records"):
        told = own.loc[need["need"]]
        for name in ("yes", "no", "unknown", "not_applicable", "extreme_yes", "extreme_no"):
            assert need[name] == pytest.approx(told[name])
        for share, other in ((need["extreme_share"], told["extreme_rate"]),
                             (need["regency_share"], regency.loc[need["need"], "extreme_rate"])):  # fmt: skip
            assert (pd.isna(share) and pd.isna(other)) or share == pytest.approx(other)
    covered = coverage(demo, scope).programmes.set_index("programme")
    for programme in found.programmes.set_index("programme").itertuples():
        page = covered.loc[programme.Index]
        assert programme.recipients_persons == page["persons"]
        assert programme.recipients_families == page["families"]
        if pd.notna(page["eligible_families"]):
            assert programme.covered_families + programme.uncovered_families == page["eligible_families"]
    steps = ladder(demo, scope)
    pd.testing.assert_frame_equal(found.ladder.rows, steps.rows)
    assert steps.total_families == pytest.approx(found.row["families"])


def test_village_without_one_family_is_not_zero(store, build):
    build(
        store, families=[{"decile_recorded": 1, "size": 4}],
        regions={"99.01.01.2001": "A", "99.01.01.2002": "B"},
    )  # fmt: skip
    found = village_profile(store, Scope("s1", region="99.01.01.2002"), ON)
    assert found.row["persons"] is None
    assert found.ranks["place"].isna().all()
    assert found.families.total == 0
    assert found.families.traits["share"].isna().all()
    assert found.families.traits["reason"].notna().all()
    assert found.completeness["reason"].notna().all()
    assert "bukan berarti nol" in found.status_reason
    assert "tidak punya satu keluarga pun" in summary(found)
    assert leaving(store, found).ranks.empty


@pytest.mark.parametrize("region", ["", "99.01", "99.01.01", "99.01.00.0000"])
def test_only_one_village_has_a_profile(store, build, region):
    build(store, families=[{"decile_recorded": 1, "size": 4}])
    with pytest.raises(Refused) as refused:
        village_profile(store, Scope("s1", region=region))
    assert refused.value.code == "village_required"


def test_a_village_of_another_regency_is_refused(store, build):
    build(store, families=[{"decile_recorded": 1, "size": 4}])
    with pytest.raises(Refused) as refused:
        village_profile(store, Scope("s1", region="99.02.01.2001"))
    assert refused.value.code == "region_without_data"


def squares(store, build) -> Scope:
    """Six villages in two rows of three; families are poor by their place."""
    build(
        store,
        families=[
            {"village_code": code, "size": 4, "decile_recorded": 1 if n % 6 <= at else 5}
            for at, code in enumerate(VILLAGES) for n in range(60)
        ],
        regions={"99.01.01": "Kec", **{code: f"Desa {code[-2:]}" for code in VILLAGES}},
    )  # fmt: skip
    draw(store, lattice(VILLAGES, 3))
    return Scope("s1", region=VILLAGES[0])


def test_neighbours_are_those_that_share_a_border(store, build):
    scope = squares(store, build)
    found = village_profile(store, scope, ON)
    # 0 1 2 above 3 4 5: the first touches the second and the fourth, and the fifth in a corner only.
    assert set(found.neighbours["village"]) == {VILLAGES[1], VILLAGES[3]}
    assert found.neighbours["village"].tolist() == [VILLAGES[3], VILLAGES[1]]
    assert found.neighbours["category"].isna().all()
    computed = clusters(store, replace(scope, region=""), on=ON)
    with_groups = village_profile(store, scope, ON, computed)
    told = computed.by_village.set_index("village")["category"]
    assert with_groups.neighbours["category"].tolist() == told[[VILLAGES[3], VILLAGES[1]]].tolist()


def test_without_polygons_the_profile_says_so(store, build):
    build(store, families=[{"decile_recorded": 1, "size": 4}])
    found = village_profile(store, Scope("s1", region="99.01.01.2001"), ON)
    assert found.neighbours.empty
    assert "Batas desa" in (found.neighbours_absent or "")


def test_facilities_lack_have_and_nobody_knows(store, build):
    build(store, families=[{"decile_recorded": 1, "size": 4}])
    with store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO village_facility VALUES ('99.01.01.2001', 'road', 'rusak', NULL, true, NULL, 'a'), "
            "('99.01.01.2001', 'health', '1', 1, false, NULL, 'a'), "
            "('99.01.01.2001', 'Balai', 'mungkin', NULL, NULL, NULL, 'a'), "
            "('99.01.01.2002', 'bridge', 'rusak', NULL, true, NULL, 'a')"
        )
    found = village_profile(store, Scope("s1", region="99.01.01.2001"), ON).facilities.set_index("facility")
    assert found.loc[["road", "health", "Balai", "bridge"], "state"].tolist() == [
        "lacking", "fine", "unread", "no_word"
    ]  # fmt: skip
    assert found.index[0] == "road"


# What leaves -------------------------------------------------------------------------------------


def test_no_small_count_leaves_and_shares_are_of_what_leaves(demo, families):
    for village in some(families):
        found = leaving(demo, profiled(demo, village))
        counts = [
            found.poor[["families", "persons"]], found.people[["yes", "answered"]],
            found.needs[["extreme_yes", "extreme_answered"]],
            found.programmes[["recipients", "eligible", "covered", "uncovered"]], found.completeness[["listed"]],
        ]  # fmt: skip
        for table in counts:
            numbers = [value for value in table.to_numpy().ravel() if pd.notna(value)]
            assert all(value % 5 == 0 for value in numbers)
        shares = found.people.dropna(subset=["share"])
        assert shares["share"].tolist() == pytest.approx((shares["yes"] / shares["answered"]).round(3).tolist())


def test_a_hidden_count_hides_its_places_and_its_sentence(store, build):
    build(
        store, regions={"99.01.01": "Kec"},
        families=[{"decile_recorded": 1 if n < 3 else 5, "size": 7} for n in range(40)],
    )  # fmt: skip
    profile = village_profile(store, Scope("s1", region="99.01.01.2001"), ON)
    assert exact(profile)["extreme_families"] == "3"
    found = leaving(store, profile)
    assert found.ranks.empty
    assert found.poor[REMARK].iloc[0] == HIDDEN
    assert "sejumlah keluarga tergolong" in found.sentence
    assert "21" not in found.sentence
    assert "urutan" not in found.sentence


def test_the_workbook_prints_what_documents_print(demo, families):
    """Villages, neighbours and places in the order, beside the annex of the regency."""
    about = catalogue.default_scope(demo, region="99.01", definition="recorded", cut=1)
    moment = datetime(2026, 3, 1).astimezone()
    facts = compose(demo, about, kind_of("annex"), 2027, "official", moment).facts()
    for village in some(families):
        profile = profiled(demo, village)
        found = leaving(demo, profile)
        rows = [(village, found.poor.iloc[0]), *((row["village"], row) for _, row in found.neighbours.iterrows())]
        for code, row in rows:
            for unit in ("families", "persons"):
                fact = facts.get(f"villages/{code}/{unit}")  # the annex names villages with extreme poor
                said = None if pd.isna(row[unit]) else row[unit]
                assert said == (fact.value if fact else 0)
                assert (row[REMARK] == HIDDEN) >= bool(fact and fact.text == "*")
        book = zipfile.ZipFile(io.BytesIO(village_workbook(found, provenance(demo, profile.scope))))
        # The exact number stands in the sentence of the screen; what leaves says the rounded one only.
        assert profile.status_reason not in book.read("xl/sharedStrings.xml").decode()


def test_a_hidden_village_has_no_status_and_no_parts_in_what_leaves(demo, families):
    hidden = []
    for village in sorted(set(families["village"])):
        if village.endswith(UNKNOWN_VILLAGE):
            continue
        profile = profiled(demo, village)
        found = leaving(demo, profile)
        if found.poor[REMARK].iloc[0] == HIDDEN:
            hidden.append(village)
            assert found.poor[["families", "persons"]].isna().all(axis=None)
            assert found.needs[["extreme_yes", "extreme_answered", "extreme_share"]].isna().all(axis=None)
            assert found.ranks.empty
            assert "Tidak ada keluarga miskin ekstrem" not in found.sentence
            content = village_workbook(found, provenance(demo, profile.scope))
            strings = zipfile.ZipFile(io.BytesIO(content)).read("xl/sharedStrings.xml").decode()
            assert f"Status: {STATUS_NAMES[profile.row['status']]}" not in strings
        around = found.neighbours
        assert around.loc[around["persons"].isna(), "status"].isna().all()
        if len(hidden) == 3:
            return
    raise AssertionError("a demo where nothing is hidden proves nothing")

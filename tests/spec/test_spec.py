"""Runs the worked examples: each loads a small snapshot and compares the rows it names, column by column.

A case is `name`, the data (`families`, `persons`, `enrolments`, `regions`, `populations`, `priority`,
`snapshot`, `card`), `measure`, `scope` and `expect`: rows in which each named value must be found; other rows
and columns are free. A null is "not known". Numbers are compared to nine digits.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from analytics import catalogue
from analytics.clusters import clusters
from analytics.coverage import coverage, without_programme
from analytics.criteria import criteria
from analytics.definition_comparison import compare_definitions
from analytics.extreme_traits import extreme_traits
from analytics.fitness import fitness
from analytics.gaps import gaps
from analytics.ladder import ladder
from analytics.life_cycle import life_cycle
from analytics.needs import family_needs
from analytics.official import official_series
from analytics.overlaps import overlaps
from analytics.overview import overview
from analytics.plan import plan
from analytics.pockets import find_pockets
from analytics.ranking import classes, family_ranks
from analytics.scope import Scope
from analytics.targeting import targeting
from analytics.targeting_expected import expected_errors
from analytics.village import village_profile
from data.reference import parameters
from data.store import Store
from tests.village_squares import draw, lattice

FOLDER = Path(__file__).parent
METHOD = FOLDER.parents[1] / "docs" / "metodologi.md"
ON = date(2026, 3, 1)

Rows = list[dict[str, Any]]
MEASURES: dict[str, Callable[[Store, Scope], Any]] = {
    "family_ranks": family_ranks,
    "quota_fill": lambda store, scope: pd.DataFrame([vars(fill) for fill in catalogue.quota_fill(store, scope)]),
    "classes": lambda store, scope: classes(store, scope, ON).rows,
    "pockets": lambda store, scope: find_pockets(store, scope, ON).by_village,
    "coverage": lambda store, scope: coverage(store, scope, ON).rows,
    "without_programme": without_programme,
    "overlaps": lambda store, scope: overlaps(store, scope, ON).rows,
    "ladder": lambda store, scope: ladder(store, scope, ON).rows,
    "life_cycle": lambda store, scope: life_cycle(store, scope, ON).rows,
    "gaps": lambda store, scope: gaps(store, scope, ON).rows,
    "needs": lambda store, scope: family_needs(store, scope).rows,
    "targeting": lambda store, scope: targeting(store, scope, on=ON).rows,
    "expected_errors": expected_errors,
    "criteria": lambda store, scope: criteria(store, scope).clauses,
    "criteria_readings": lambda store, scope: criteria(store, scope).readings,
    "definition_pairs": lambda store, scope: compare_definitions(store, scope).pairs,
    "features": lambda store, scope: store.frame("SELECT * FROM family_feature ORDER BY family_no"),
    "fitness": lambda store, scope: pd.DataFrame([vars(x) for x in fitness(store, scope.snapshot_id, ON).lights]),
    "clusters": lambda store, scope: clusters_in_a_row(store, scope),
    "village_ranks": lambda store, scope: village_profile(store, scope, ON).ranks,
    "village_traits": lambda store, scope: village_profile(store, scope, ON).families.traits,
    "village_completeness": lambda store, scope: village_profile(store, scope, ON).completeness,
    "extreme_traits": lambda store, scope: extreme_traits(store, scope).rows,
    "official": lambda store, scope: official_pieces(store),
    "plan": lambda store, scope: plan_rows(store, scope),
    "overview": lambda store, scope: pd.DataFrame([vars(figure) for figure in overview(store, scope).figures]),
}
# The columns that name a row, by measure; the others are compared.
KEYS = {
    "family_ranks": ("pseudonym",), "quota_fill": ("regency",), "classes": ("upto",), "pockets": ("village",),
    "coverage": ("by", "decile"), "without_programme": ("by", "decile"), "features": ("family_no",),
    "fitness": ("name",), "overview": ("code",), "clusters": ("village",), "gaps": ("programme",),
    "needs": ("need", "by"), "targeting": ("programme", "group", "value"),
    "expected_errors": ("programme", "line"),
    "criteria": ("clause",), "criteria_readings": ("clause", "reading"), "definition_pairs": ("a", "b"),
    "village_ranks": ("within", "by"), "village_traits": ("trait",), "village_completeness": ("of",),
    "overlaps": ("rule",), "ladder": ("class",), "life_cycle": ("stage",),
    "extreme_traits": ("trait",), "official": ("indicator", "piece"), "plan": ("row",),
}  # fmt: skip
DATA = ("families", "persons", "enrolments", "regions", "populations", "priority", "official", "snapshot", "card")
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def clusters_in_a_row(store: Store, scope: Scope) -> pd.DataFrame:
    """Twenty villages side by side, in the order of their codes."""
    draw(store, lattice([f"99.01.01.20{n:02d}" for n in range(1, 21)], columns=20))
    return clusters(store, scope, on=ON).by_village


def official_pieces(store: Store) -> pd.DataFrame:
    """First and last year of every piece of each series of regency 99.01."""
    found = official_series(store, "99.01", ON)
    return pd.DataFrame(
        [
            {"indicator": indicator, "piece": place, "first": piece[0][0], "last": piece[-1][0],
             "from_value": piece[0][1], "to_value": piece[-1][1]}
            for indicator in ("P0", "extreme_rate")
            for place, piece in enumerate(found.pieces(indicator), 1)
        ]
    )  # fmt: skip


def plan_rows(store: Store, scope: Scope) -> pd.DataFrame:
    """The cells of the plan of 2027 as it was proposed, one row per programme."""
    found = plan(store, scope, 2027, datetime(2026, 3, 1, tzinfo=UTC))
    return pd.DataFrame([{"row": row.key} | {name: cell.value for name, cell in row.cells.items()}
                         for row in found.rows])  # fmt: skip


def same(found: Any, wanted: Any) -> bool:
    if wanted is None or pd.isna(found):
        return wanted is None and bool(pd.isna(found))
    if isinstance(wanted, float):
        return bool(abs(found - wanted) < 1e-9)
    return bool(found == wanted)


@pytest.mark.parametrize("case", CASES)
def test_worked_example(case, store, build):
    assert set(case) <= {"name", "measure", "scope", "expect", *DATA}, "a word the runner does not read"
    build(store, **{name: case[name] for name in DATA if name in case})
    rows = MEASURES[case["measure"]](store, Scope("s1", **case.get("scope", {}))).to_dict("records")
    assert case["expect"]
    for wanted in case["expect"]:
        key = {name: wanted[name] for name in KEYS[case["measure"]] if name in wanted}
        (found,) = [row for row in rows if all(same(row[name], value) for name, value in key.items())]
        differing = {name: (found[name], value) for name, value in wanted.items() if not same(found[name], value)}
        assert not differing, f"{key}: found and expected differ"


def headings() -> set[str]:
    return set(re.findall(r"^#{2,4} (.+)$", METHOD.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_each_parameter_has_its_heading():
    missing = {entry.title for entry in parameters().values()} - headings()
    assert not missing


# Every indicator a screen shows, by the heading that defines it.
INDICATORS = (
    "Ringkasan", "Kantong kemiskinan", "Cakupan program", "Peringkat", "Kelas kesejahteraan", "Kelayakan data",
    "Ciri keluarga", "Miskin ekstrem", "Peringkat tercatat", "Kuota PMT", "Desil dan persentil", "Daftar terpotong",
    "Kuota dan seri", "Jiwa miskin ekstrem", "Bagian dari penduduk", "Status kantong", "Cakupan", "Kelayakan program",
    "Keluarga tanpa program", "Penerima di luar data", "Desa yang perlu dikunjungi dahulu", "Angka resmi",
    "Kombinasi program", "Program yang tidak boleh bersamaan", "Program yang diharapkan bersama",
    "Gabungan program yang dipegang", "Siklus hidup", "Usulan", "Tangga intervensi", "Cukup menurut aturan",
    "Perbandingan peringkat", "Profil desil", "Peluang di bawah garis", "Bagian simulasi dalam sepuluh teratas",
    "Kriteria daerah", "Batas bawah dan batas atas", "Pembacaan klausul", "Yang tersisa sesudah tiap klausul",
    "Yang diubah tiap klausul", "Formulir lapangan", "Banding definisi",
    "Galat sasaran", "Galat eksklusi dan galat inklusi", "Kuota kurang dan salah alokasi", "Indeks CGH",
    "Manfaat menurut desil dan kurva konsentrasi", "Perlakuan berbeda bagi yang hampir sama",
    "Galat yang diperkirakan terhadap pengeluaran", "Galat sasaran menurut survei",
    "Profil desa", "Kelengkapan desa", "Profil yang dicetak",
    "Rencana aksi tahunan", "Usulan baris rencana", "Isian orang dalam rencana", "Realisasi rencana", "Usulan desa",
)  # fmt: skip


@pytest.mark.parametrize("indicator", INDICATORS)
def test_each_indicator_has_its_heading(indicator):
    assert indicator in headings()


def test_each_spec_file_is_named_in_the_method():
    text = METHOD.read_text(encoding="utf-8")
    assert [path.name for path in sorted(FOLDER.glob("*.yaml")) if f"tests/spec/{path.name}" not in text] == []

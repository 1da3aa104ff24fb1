"""The definitions of extreme poverty beside each other: how far they name the same families, and where they do not.

Every definition a snapshot can answer, over the same families, in one pass. Under a line nobody is named: there a pair
counts expected numbers, sums of chances.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from analytics.definitions import TOLERANCE, computed_lines, line_named, measure, no_nan_text
from analytics.scope import Scope
from analytics.text import percent
from data.criteria import default_rules
from data.store import Store

CHANCE = "pmt_line"
GROUPS: dict[str, dict[str | bool, str]] = {
    "head_sex": {"female": "Kepala keluarga perempuan", "male": "Kepala keluarga laki-laki"},
    "elderly": {True: "Ada lansia", False: "Tanpa lansia"},
    "any_disability": {True: "Ada penyandang disabilitas", False: "Tanpa penyandang disabilitas"},
}
_PAIR = ("both", "only_a", "only_b", "neither", "unjudged")


@dataclass(frozen=True)
class Comparison:
    """Counts in the scope's unit; fractions where a definition gives chances.

    definitions: key (recorded | pmt_quota | pmt_line | local_lower | local_upper), title, count, share (of those it can
    judge; null where none), unjudged.
    pairs: a, b (keys), both, only_a, only_b, neither, unjudged (what one of the two cannot judge, in none of these),
    jaccard = both / (both + only_a + only_b), of_a = both / (both + only_a), of_b; null where nobody is in them.
    absent: key -> why a definition is not here (Indonesian).
    """

    scope: Scope
    definitions: pd.DataFrame
    pairs: pd.DataFrame
    absent: dict[str, str]
    cells: pd.DataFrame
    names: pd.DataFrame

    def title(self, key: str) -> str:
        return str(self.definitions.set_index("key").loc[key, "title"])

    def villages(self, a: str, b: str) -> pd.DataFrame:
        """Per village: village, name, district, the counts of `pairs`, differing = only_a + only_b, rate = differing
        of those both can judge (null where none); most differing first."""
        found = self._by(a, b, "village").merge(self.names, on="village", how="left")
        return no_nan_text(found).sort_values(["differing", "village"], ascending=[False, True], ignore_index=True)

    def groups(self, a: str, b: str) -> pd.DataFrame:
        """Per kind of family: group, title, the counts of `pairs`, differing, rate. Unknown kinds are left out."""
        parts = []
        for group, titles in GROUPS.items():
            found = self._by(a, b, group)
            found = found[found[group].notna()]
            parts.append(found.assign(group=group, title=found[group].map(titles)).drop(columns=group))
        return pd.concat(parts, ignore_index=True)

    def _by(self, a: str, b: str, column: str) -> pd.DataFrame:
        counted = _pair(self.cells, a, b).assign(**{column: self.cells[column]})
        found = counted.groupby(column, as_index=False, dropna=False).sum()
        found["differing"] = found["only_a"] + found["only_b"]
        found["rate"] = found["differing"] / _above_zero(found["both"] + found["differing"] + found["neither"])
        return found


def compare_definitions(store: Store, scope: Scope) -> Comparison:
    """Every definition of the scope's cut, quota, line and rules that this snapshot can answer, pair by pair.

    Raises Refused `line_unknown`.
    """
    if scope.line:
        line_named(scope.line)
    derived = computed_lines(store, scope.snapshot_id)
    line = scope.line or next(iter(derived), None)
    asked = replace(scope, definition="local_criteria", bound="lower", line=line)
    cells = measure(
        store, "definition_cells", asked, {"cut": scope.cut, "quota": scope.quota},
        share=f"share_{scope.unit}", tolerance=repr(TOLERANCE),
    )  # fmt: skip
    cells = _shares(cells, scope.unit)
    absent = _absent(cells)
    titles = {key: title for key, title in _titles(asked).items() if key not in absent}
    return Comparison(
        scope=asked,
        definitions=_definitions(cells, titles),
        pairs=_pairs(cells, list(titles)),
        absent=absent,
        cells=cells,
        names=_names(store),
    )


def _shares(cells: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The cells with `weight` (of the unit) and per definition the share of it that it names: 0, 1, or between under a
    line; not a number where it cannot judge."""
    weight = cells[unit].fillna(0).astype(float)
    known = cells["has_chance"].astype(bool) & (weight > 0)
    local = cells["local"].astype("boolean")
    return cells.assign(
        weight=weight,
        recorded=_flag(cells["recorded"]),
        pmt_quota=_flag(cells["pmt_quota"]),
        pmt_line=(cells[f"chance_{unit}"].astype(float) / _above_zero(weight)).where(known),
        # Two ends of what is true: nobody is left unjudged at either.
        local_lower=local.fillna(False).astype(float),
        local_upper=local.fillna(True).astype(float),
    )


def _flag(said: pd.Series) -> pd.Series:
    return said.astype("boolean").astype("Float64").astype(float)


def _above_zero(weight: pd.Series) -> pd.Series:
    return weight.astype(float).where(weight > 0, np.nan)


def _absent(cells: pd.DataFrame) -> dict[str, str]:
    found = {}
    if cells["recorded"].isna().all():
        found["recorded"] = "Berkas sumber tidak memuat desil tercatat."
    if cells["pmt_quota"].isna().all():
        found["pmt_quota"] = "Belum ada peringkat PMT; latih atau pilih model di halaman Peringkat, lalu hitung ulang."
    if cells["pmt_line"].isna().all():
        found["pmt_line"] = "Belum ada peluang di bawah garis untuk data ini."
    if not (cells["local_lower"] > 0).any():
        found["local_lower"] = (
            "Belum satu keluarga pun terbukti memenuhi kriteria daerah; isi formulir lapangan di halaman Kriteria "
            "daerah."
        )
    return found


def _titles(scope: Scope) -> dict[str, str]:
    rules = scope.rules or default_rules()
    upto = "desil 1" if scope.cut == 1 else f"desil 1–{scope.cut}"
    return {
        "recorded": f"Peringkat tercatat ({upto})",
        "pmt_quota": f"Kuota PMT ({percent(scope.quota)})",
        CHANCE: f"Peluang di bawah {line_named(scope.line).title}" if scope.line else "",
        "local_lower": f"{rules.title}: terbukti",
        "local_upper": f"{rules.title}: terbukti atau belum dapat dinilai",
    }


def _definitions(cells: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    rows = []
    for key, title in titles.items():
        judged = cells[key].notna()
        count = float((cells[key] * cells["weight"])[judged].sum())
        whole = float(cells.loc[judged, "weight"].sum())
        rows.append(
            {"key": key, "title": title, "count": count, "share": count / whole if whole else None,
             "unjudged": float(cells.loc[~judged, "weight"].sum())}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["key", "title", "count", "share", "unjudged"])


def _pair(cells: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """The counts of a pair, cell by cell. At most one of the two is a share between 0 and 1, so that products hold."""
    judged = cells[a].notna() & cells[b].notna()
    weight = cells["weight"].where(judged, 0.0)
    first, second = cells[a].fillna(0), cells[b].fillna(0)
    return pd.DataFrame(
        {
            "both": weight * first * second, "only_a": weight * first * (1 - second),
            "only_b": weight * (1 - first) * second, "neither": weight * (1 - first) * (1 - second),
            "unjudged": cells["weight"].where(~judged, 0.0),
        }
    )  # fmt: skip


def _pairs(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    rows = []
    for a, b in combinations(keys, 2):
        if {a, b} == {"local_lower", "local_upper"}:
            continue  # the one is within the other
        counts = _pair(cells, a, b).sum()
        rows.append(
            {
                "a": a, "b": b, **{name: float(counts[name]) for name in _PAIR},
                "jaccard": _ratio(counts["both"], counts["both"] + counts["only_a"] + counts["only_b"]),
                "of_a": _ratio(counts["both"], counts["both"] + counts["only_a"]),
                "of_b": _ratio(counts["both"], counts["both"] + counts["only_b"]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["a", "b", *_PAIR, "jaccard", "of_a", "of_b"])


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def _names(store: Store) -> pd.DataFrame:
    return store.frame(
        "SELECT v.code AS village, v.name, d.name AS district FROM region AS v "
        "LEFT JOIN region AS d ON d.code = v.parent WHERE v.level = 'village'"
    )

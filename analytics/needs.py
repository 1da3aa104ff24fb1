"""What families lack, who answers for it: yes, no or not known per family, counted by village and district."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from analytics import definitions
from analytics.fields import FIELDS
from analytics.scope import UNIT_NAMES, Scope
from data.errors import Refused
from data.planning import Condition, Need, needs
from data.reference import programmes
from data.store import Store

# Columns of table family that are no field of a scorecard, but may be asked about here.
OTHER_COLUMNS = ("dukcapil_match", "stunting_risk")
ANSWERS: dict[str, str] = {
    "yes": "ya", "no": "tidak", "unknown": "tidak diketahui", "not_applicable": "tidak berlaku",
}  # fmt: skip
_COUNTS = ("yes", "no", "unknown", "not_applicable")
LONGEST = 200  # characters of a programme or office a region writes


@dataclass(frozen=True)
class Needs:
    """Needs of the families of a scope, in its unit (families, or their members).

    rows: need, title, programme, office, edited (the region's own answer stands over ours), by ("all" | "district" |
    "village"), code, name (null outside the code list), yes, no, unknown, not_applicable, rate = yes / (yes + no),
    extreme_yes ... extreme_rate (the same among the extreme poor; expected numbers under `pmt_line`), reason
    (Indonesian: why a rate is null). A rate is null where nobody's answer is known, and so are the counts where no
    family's status (extreme_*) or size (persons) is.
    """

    scope: Scope
    rows: pd.DataFrame
    definition_text: str

    def overall(self) -> pd.DataFrame:
        """The rows of the scope as a whole, the most frequent among the extreme poor first."""
        rows = self.rows[self.rows["by"] == "all"]
        return rows.sort_values(["extreme_yes", "need"], ascending=[False, True], na_position="last")


def family_needs(store: Store, scope: Scope) -> Needs:
    """Counts every need over the scope, its districts and its villages. Refused `need_unknown_field`."""
    asked = needs()
    answers, bound = answers_sql(store, scope.snapshot_id)
    weight = "s.size" if scope.unit == "persons" else "1"
    counts = ", ".join(_counts_sql(place, need, weight) for place, need in enumerate(asked.values()))
    wide = definitions.measure(store, "needs", scope, bound, answers=answers, counts=counts, weight=weight)
    rows = _long(store, scope, wide, list(asked))
    about = responses(store).set_index("need")
    rows = rows.join(about, on="need")
    rows["reason"] = [
        None if pd.notna(rate) else f"Tidak satu {UNIT_NAMES[scope.unit]} pun yang jawabannya diketahui dalam data ini."
        for rate in rows["rate"]
    ]
    return Needs(scope, definitions.no_nan_text(rows), definitions.definition_text(store, scope))


def _counts_sql(place: int, need: Need, weight: str) -> str:
    """Sums of one need; the question is put to everybody unless the need says to whom it applies."""
    not_asked = f"FILTER (WHERE NOT a{place})" if need.applies else "FILTER (WHERE false)"
    of = {
        f"yes{place}": f"FILTER (WHERE n{place})",
        f"no{place}": f"FILTER (WHERE NOT n{place})",
        f"na{place}": not_asked,
    }
    counted = "count(*)" if weight == "1" else "sum(weight)"
    return ", ".join(f"{counted} {part} AS {name}, sum(extreme) {part} AS extreme_{name}" for name, part in of.items())


def needs_of_family(store: Store, snapshot_id: str, pseudonym: str) -> pd.DataFrame:
    """One family's needs: need, title, programme, office, answer (a key of ANSWERS); empty where there is no such
    family."""
    asked = needs()
    answers, bound = answers_sql(store, snapshot_id)
    sql = definitions.sql_text("needs_of_family").format(answers=answers)
    row = store.one(sql, bound | {"snapshot_id": snapshot_id, "pseudonym": pseudonym})
    if row is None:
        return pd.DataFrame(columns=["need", "title", "programme", "office", "answer"])
    found = pd.DataFrame(
        {"need": list(asked), "answer": [_answer(row[f"n{n}"], row[f"a{n}"]) for n in range(len(asked))]}
    )
    about = responses(store).set_index("need")[["title", "programme", "office"]]
    return found.join(about, on="need")[["need", "title", "programme", "office", "answer"]]


def _answer(holds: bool | None, applies: bool | None) -> str:
    if applies is False:
        return "not_applicable"
    return "unknown" if holds is None else "yes" if holds else "no"


def answers_sql(store: Store, snapshot_id: str) -> tuple[str, dict[str, Any]]:
    """n0, a0, n1, ...: whether a need holds, whether it is asked at all; over f, x and the family's programmes g."""
    catalogued = programmes()
    codes = [code for code, programme in catalogued.items() if not programme.closed]
    loaded = {
        row["programme"]
        for row in store.rows("SELECT DISTINCT programme FROM enrolment WHERE snapshot_id = $id", {"id": snapshot_id})
    }
    bound: dict[str, Any] = {"programmes": codes, "bits": [1 << place for place in range(len(codes))]}

    def holds(condition: Condition) -> str:
        if condition.without is not None:
            named = codes if condition.without == "any" else list(condition.without)
            bits = sum(1 << codes.index(code) for code in named if code in codes)
            # Without a single list of them nobody can be said to receive none.
            return f"(coalesce(g.programmes, 0) & {bits}) = 0" if loaded & set(named) else "CAST(NULL AS BOOLEAN)"
        return _comparison_sql(condition, bound)

    parts = []
    for place, need in enumerate(needs().values()):
        every = [holds(condition) for condition in need.all_of]
        some = [holds(condition) for condition in need.any_of]
        asked = [*every, *(["(" + " OR ".join(some) + ")"] if some else [])]
        applies = " AND ".join(holds(condition) for condition in need.applies) or "true"
        answer = " AND ".join(asked)
        answer = f"CASE WHEN NOT ({applies}) THEN NULL ELSE {answer} END" if need.applies else answer
        parts.append(f"{answer} AS n{place}, {applies} AS a{place}")
    return ", ".join(parts), bound


def _comparison_sql(condition: Condition, bound: dict[str, Any]) -> str:
    column = _column(condition.field or "")
    name = f"value{len(bound)}"
    if condition.among is not None:
        bound[name] = list(condition.among)
        return f"list_contains(${name}, {column})"
    if condition.truth is not None:
        return column if condition.truth else f"NOT {column}"
    if condition.least is not None:
        bound[name] = condition.least
        return f"{column} >= ${name}"
    if condition.below is not None:
        bound[name] = condition.below
        return f"{column} < ${name}"
    bound[name] = condition.equals
    return f"{column} = ${name}"


def _column(field: str) -> str:
    if field in OTHER_COLUMNS:
        return f"f.{field}"
    if field not in FIELDS:
        raise Refused(
            "need_unknown_field",
            f"Ciri {field} dalam data/reference/needs.yaml tidak dikenal; gunakan nama ciri yang ada dalam "
            "analytics/fields.py.",
        )
    return f"{'x' if FIELDS[field].source == 'feature' else 'f'}.{field}"


def _long(store: Store, scope: Scope, wide: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Village rows of all needs, their districts and the whole, with rates."""
    # A total over families of which nothing is known (no status; no size, for persons) stays null, and its parts too.
    counts = wide.set_index("village_code")
    counts = counts.fillna(dict.fromkeys(counts.columns.difference(["everyone", "extreme"]), 0))
    codes = [*counts.index, *counts.index.str[:8].unique(), scope.region]
    named = "SELECT code, name FROM region WHERE list_contains($codes, code)"
    names = {row["code"]: row["name"] for row in store.rows(named, {"codes": codes})}
    areas = {
        "village": counts,
        "district": counts.groupby(counts.index.str[:8]).sum(min_count=1),
        "all": counts.groupby(lambda _: scope.region).sum(min_count=1),
    }
    parts = []
    for by, table in areas.items():
        columns: dict[str, Any] = {
            "need": np.repeat(keys, len(table)),
            "by": by,
            "code": np.tile(table.index, len(keys)),
        }
        for prefix, total in (("", "everyone"), ("extreme_", "extreme")):
            yes, no, na = (
                table[[f"{prefix}{name}{place}" for place in range(len(keys))]].to_numpy(dtype=float).T.ravel()
                for name in ("yes", "no", "na")
            )
            everybody = np.tile(table[total].to_numpy(dtype=float), len(keys))
            yes, no, na = (np.where(np.isnan(everybody), np.nan, part) for part in (yes, no, na))
            answered = np.where(yes + no > 0, yes + no, np.nan)
            columns |= {
                f"{prefix}yes": yes, f"{prefix}no": no, f"{prefix}unknown": (everybody - yes - no - na).clip(min=0),
                f"{prefix}not_applicable": na, f"{prefix}rate": yes / answered,
            }  # fmt: skip
        parts.append(pd.DataFrame(columns))
    rows = pd.concat(parts, ignore_index=True)
    rows["name"] = rows["code"].map(names)
    rows = definitions.integers(rows, _COUNTS)
    return definitions.counted(scope, rows, tuple(f"extreme_{name}" for name in _COUNTS))


# Who answers --------------------------------------------------------------------------------------


def responses(store: Store) -> pd.DataFrame:
    """need, title, programme, office, edited: the newest answer a region saved, else that of needs.yaml."""
    saved = {
        row["need"]: row for row in store.rows("SELECT need, programme, office FROM need_response ORDER BY entered_at")
    }
    return pd.DataFrame(
        [
            {
                "need": key,
                "title": need.title,
                "programme": saved.get(key, {}).get("programme", need.programme),
                "office": saved.get(key, {}).get("office", need.office),
                "edited": key in saved,
            }
            for key, need in needs().items()
        ]
    )


def save_response(store: Store, need: str, programme: str, office: str) -> None:
    """Keep a region's answer to a need; the answer of needs.yaml itself takes the region's away again.

    Refused `need_unknown`, `response_empty`.
    """
    known: Need | None = needs().get(need)
    if known is None:
        raise Refused("need_unknown", f"Kebutuhan {need} tidak ada dalam daftar; muat ulang halaman lalu pilih lagi.")
    programme, office = (" ".join(text.split())[:LONGEST] for text in (programme, office))
    if not programme or not office:
        raise Refused("response_empty", "Program dan perangkat daerah tidak boleh kosong; isi keduanya lalu simpan.")
    with store.transaction() as cursor:
        cursor.execute("DELETE FROM need_response WHERE need = ?", [need])
        if (programme, office) != (known.programme, known.office):
            now = datetime.now(UTC).replace(tzinfo=None)
            cursor.execute("INSERT INTO need_response VALUES (?, ?, ?, ?)", [need, programme, office, now])

"""What families lack, who answers for it: yes, no or not known per family, counted by village and district."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from analytics import definitions
from analytics.need_answers import answers_sql
from analytics.scope import UNIT_NAMES, Scope
from data.errors import Refused
from data.planning import Need, needs
from data.reference import programmes
from data.store import Store

ANSWERS: dict[str, str] = {
    "yes": "ya", "no": "tidak", "unknown": "tidak diketahui", "not_applicable": "tidak berlaku",
}  # fmt: skip
_COUNTS = ("yes", "no", "unknown", "not_applicable")
# Of two needs in one sum the second stands this many bits higher: out of reach of any count of people.
APART = 31
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
    weight = "size" if scope.unit == "persons" else "1"
    steps = _sums_sql(list(asked.values()), scope.definition == "pmt_line")
    wide = definitions.measure(store, "needs", scope, None, weight=weight, **steps)
    rows = _long(store, scope, wide, list(asked))
    about = responses(store).set_index("need")
    rows = rows.join(about, on="need")
    nobody = f"Tidak satu {UNIT_NAMES[scope.unit]} pun yang jawabannya diketahui dalam data ini."
    rows["reason"] = pd.Series(nobody, index=rows.index, dtype=object).where(rows["rate"].isna(), None)
    return Needs(scope, definitions.no_nan_text(rows), definitions.definition_text(store, scope))


def _sums_sql(asked: list[Need], expected: bool) -> dict[str, str]:
    """The steps `pairs`, `sums` and `counts` of needs.sql. Plain sums of bits, for filtered ones take two to three
    times as long; two needs in one sum, but for expected numbers, which are fractions."""
    half, both = (len(asked) + 1) // 2, 1 | 1 << APART
    pairs, sums, counts = [], [], []
    for name, bits in (("yes", "need_yes"), ("known", "need_known")):
        pairs.append(f"({bits} & {(1 << half) - 1}) | (({bits} >> {half}) << {APART}) AS {name}_pairs")
        for prefix, weight in (("", "weight"), ("extreme_", "extreme")):
            if prefix and expected:
                sums += [f"sum(extreme * (({bits} >> {n}) & 1)) AS extreme_{name}{n}" for n in range(len(asked))]
                counts += [f"extreme_{name}{n}" for n in range(len(asked))]
                continue
            sums += [f"sum({weight} * (({name}_pairs >> {n}) & {both})) AS {prefix}{name}_{n}" for n in range(half)]
            counts += [
                f"CAST({prefix}{name}_{n % half} {f'>> {APART}' if n >= half else f'& {(1 << APART) - 1}'} AS BIGINT) "
                f"AS {prefix}{name}{n}"
                for n in range(len(asked))
            ]
    for n in (n for n, need in enumerate(asked) if need.applies):
        for prefix, weight in (("", "weight"), ("extreme_", "extreme")):
            sums.append(f"sum({weight} * ((need_not_asked >> {n}) & 1)) AS {prefix}na{n}")
            counts.append(f"{prefix}na{n}")
    return {"pairs": ", ".join(pairs), "sums": ", ".join(sums), "counts": ", ".join(counts)}


def needs_of_family(store: Store, snapshot_id: str, pseudonym: str) -> pd.DataFrame:
    """One family's needs: need, title, programme, office, answer (a key of ANSWERS); empty where there is no such
    family. Raises Refused `results_missing`."""
    definitions.require_results(store, snapshot_id)
    asked = needs()
    answers, bound = answers_sql()
    columns = ", ".join(f"{holds} AS n{place}, {applies} AS a{place}" for place, (holds, applies) in enumerate(answers))
    sql = definitions.sql_text("needs_of_family").format(answers=columns)
    bound |= {"snapshot_id": snapshot_id, "pseudonym": pseudonym, "catalogue": list(programmes())}
    row = store.one(sql, bound)
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


def _long(store: Store, scope: Scope, wide: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Village rows of all needs, their districts and the whole, with rates."""
    # A total over families of which nothing is known (no status; no size, for persons) stays null, and its parts too.
    counts = wide.set_index("village_code")
    counts = counts.fillna(dict.fromkeys(counts.columns.difference(["everyone", "extreme"]), 0))
    asked_of_all = [f"{prefix}na{place}" for prefix in ("", "extreme_") for place in range(len(keys))]
    counts = counts.reindex(columns=counts.columns.union(asked_of_all), fill_value=0)
    names = store.frame("SELECT code, name FROM region WHERE starts_with(code, $region)", {"region": scope.region})
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
            yes, known, na = (
                table[[f"{prefix}{name}{place}" for place in range(len(keys))]].to_numpy(dtype=float).T.ravel()
                for name in ("yes", "known", "na")
            )
            everybody = np.tile(table[total].to_numpy(dtype=float), len(keys))
            yes, known, na = (np.where(np.isnan(everybody), np.nan, part) for part in (yes, known, na))
            answered = np.where(known > 0, known, np.nan)
            columns |= {
                f"{prefix}yes": yes, f"{prefix}no": (known - yes).clip(min=0),
                f"{prefix}unknown": (everybody - known - na).clip(min=0),
                f"{prefix}not_applicable": na, f"{prefix}rate": yes / answered,
            }  # fmt: skip
        parts.append(pd.DataFrame(columns))
    rows = pd.concat(parts, ignore_index=True)
    rows["name"] = rows["code"].map(names.set_index("code")["name"])
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

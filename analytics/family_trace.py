"""One family: why its score is what it is, how sure its place is, what it receives. By pseudonym, never by name."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics import decile_chance
from analytics.decile_chance import Absent, regency_cuts
from analytics.definitions import decile_sql, share_column, sql_text
from analytics.family_terms import field_values, term_values
from analytics.fields import FIELDS
from analytics.model_card import ModelCard, value_sql
from analytics.scope import Scope
from analytics.scoring import scoring_card
from data.errors import Refused
from data.reference import programmes
from data.store import Store

_NIK = re.compile(r"[0-9]{16}")


@dataclass(frozen=True)
class Receipt:
    """A programme recorded for the family. members: how many of it by name, 0 for the family as a whole. period_*:
    null = not known. source: flag (a mark in the family file) | list; vintage: date of that data."""

    programme: str
    name: str
    closed: bool
    period_from: date | None
    period_to: date | None
    source: str
    vintage: date | None
    members: int


@dataclass(frozen=True)
class Trace:
    """What is known of one family. All ranks null = not known.

    decile_pmt: within the regency, by the scope's unit; list_rank of list_size where only the list is ranked.
    decile_expected: usual for its traits (`analytics.expected`). traits: field -> value, the known ones.

    score, average: of the family and of the scored families (`families` of them) of its regency, in ln units; null
    without a card. terms: field, kind, level, value, mean (in the regency), coefficient, contribution (coefficient x
    (value - mean)), filled (no value: the survey mean stands in); average + sum of contributions = score.
    chances: of the ten deciles of the regency, poorest first; null where `chances_absent` says why, or without score.
    """

    family_no: int
    pseudonym: str
    village_code: str
    village: str | None
    district: str | None
    size: int | None
    rank_area: str | None
    frame: str
    decile_recorded: int | None
    percentile_recorded: int | None
    decile_expected: float | None
    decile_pmt: int | None
    list_rank: int | None
    list_size: int | None
    traits: dict[str, Any]
    programmes: tuple[Receipt, ...]
    card: ModelCard | None
    score: float | None
    imputed_share: float | None
    average: float | None
    families: int
    terms: pd.DataFrame
    chances: tuple[float, ...] | None
    chances_absent: Absent | None

    def by_field(self) -> pd.DataFrame:
        """field, contribution (of all its terms), filled; the largest effect first, ties in the card's order."""
        groups = self.terms.groupby("field", sort=False).agg({"contribution": "sum", "filled": "any"}).reset_index()
        order = np.argsort(-groups["contribution"].abs().to_numpy(), kind="stable")
        return groups.iloc[order].reset_index(drop=True)


def find_by_nik(store: Store, snapshot_id: str, nik: str) -> tuple[str, ...]:
    """Pseudonyms of the families whose head or member has exactly this NIK; empty when none has.

    Refused `nik_invalid` when it is not 16 digits. Only `reports.nik_search` calls this: it records the search.
    """
    if not _NIK.fullmatch(nik):
        raise Refused("nik_invalid", "NIK harus tepat 16 angka tanpa spasi; periksa lalu ketik ulang.")
    rows = store.rows(sql_text("families_by_nik"), {"snapshot_id": snapshot_id, "nik": nik})
    return tuple(row["pseudonym"] for row in rows)


def trace(store: Store, scope: Scope, pseudonym: str) -> Trace:
    """One family of the scope's snapshot, wherever it lives. Refused `family_unknown`, `model_unusable`."""
    key = {"snapshot_id": scope.snapshot_id}
    share = f"r.{share_column(scope)}"
    row = store.one(sql_text("traced_family").format(decile=decile_sql(share)), key | {"pseudonym": pseudonym})
    if row is None:
        raise Refused(
            "family_unknown",
            "Tidak ada keluarga dengan nomor semu itu dalam data ini; periksa nomornya atau cari lewat desa.",
        )
    values = field_values(store, scope.snapshot_id, [row["family_no"]], list(FIELDS)).iloc[0]
    score = row.pop("score")
    return Trace(
        **row,
        traits={field: values[field] for field in FIELDS if values[field] is not None},
        programmes=_programmes(store, key | {"family_no": row["family_no"]}),
        score=score,
        **_explained(store, scope.snapshot_id, row, score),
    )


def _programmes(store: Store, of_family: dict[str, Any]) -> tuple[Receipt, ...]:
    known = programmes()
    return tuple(
        Receipt(
            name=known[row["programme"]].name if row["programme"] in known else row["programme"],
            closed=row["programme"] in known and known[row["programme"]].closed,
            **row,
        )
        for row in store.rows(sql_text("programmes_of_family"), of_family)
    )


def _explained(store: Store, snapshot_id: str, row: dict[str, Any], score: float | None) -> dict[str, Any]:
    """The part of a Trace that needs a score: all of it empty without one."""
    if score is None:
        return {
            "card": None, "average": None, "families": 0, "terms": _terms((), [], [], []), "chances": None,
            "chances_absent": None,
        }  # fmt: skip
    card, regency = scoring_card(store, snapshot_id), row["village_code"][:5]
    families, average, means = _regency_means(store, snapshot_id, regency, card)
    values = term_values(store, snapshot_id, card, [row["family_no"]])[0]
    absent = decile_chance.why_absent(card, row["frame"])
    cuts = None if absent else regency_cuts(store, snapshot_id, regency, card)
    return {
        "card": card,
        "average": average,
        "families": families,
        "terms": _terms(card.terms, values, means, np.isnan(values)),
        "chances": None if cuts is None else tuple(float(chance) for chance in cuts.chances(score)),
        "chances_absent": absent,
    }


def _regency_means(store: Store, snapshot_id: str, regency: str, card: ModelCard) -> tuple[int, float, list[float]]:
    params: dict[str, Any] = {"snapshot_id": snapshot_id, "regency": regency}
    means = []
    for place, term in enumerate(card.terms):
        if term.level is not None:
            params[f"mean_{place}"] = term.level
        params[f"fill_{place}"] = term.mean
        means.append(f", avg(coalesce({value_sql(term, f'mean_{place}')}, $fill_{place}::DOUBLE))")
    row = store.one(sql_text("term_means").format(means="".join(means)), params)
    assert row is not None  # an aggregate without GROUP BY always has one row
    families, average, *values = row.values()
    return families, average, values


def _terms(terms: Any, values: Any, means: Any, filled: Any) -> pd.DataFrame:
    """The frame documented on Trace."""
    columns = ["field", "kind", "level", "value", "mean", "coefficient", "contribution", "filled"]
    rows = []
    for term, value, mean, gap in zip(terms, values, means, filled, strict=True):
        used = term.mean if gap else float(value)
        effect = term.coefficient * (used - mean)
        rows.append((term.field, term.kind, term.level, used, mean, term.coefficient, effect, bool(gap)))
    return pd.DataFrame(rows, columns=columns)

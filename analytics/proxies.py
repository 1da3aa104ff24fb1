"""What a scorecard asks, in the survey it was made from and in the families it scores, side by side.

The survey's side stands in the card (the weighted mean of every term), so that it is known without the survey.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, sqrt
from typing import Any

import duckdb
import pandas as pd

from analytics.definitions import region_sql
from analytics.fields import FIELDS, title
from analytics.model_card import ModelCard, Term, null_test, value_sql
from analytics.scope import Scope
from analytics.scoring import FAMILIES, scoring_card
from analytics.text import listing
from data.reference import parameter
from data.store import Store

COLUMNS = (
    "field", "title", "kind", "levels", "survey", "register", "difference", "difference_sd", "unknown", "far",
)  # fmt: skip
NOT_ASKED = "not_asked"
# A term's mean in the field's own unit: of logarithms the geometric mean, of squares the root of their mean.
_OWN_UNIT = {"linear": lambda mean: mean, "ln": exp, "square": lambda mean: sqrt(max(mean, 0.0))}


@dataclass(frozen=True)
class ProxyComparison:
    """rows, one per level, flag or number of the card's fields, in the card's order:

    field, title (Indonesian); kind: level | flag | linear | ln | square. levels: for kind level a tuple of the
    levels the row stands for, else (); the last row of a category is its base, all the levels no term names, so that
    its rows sum to 1 (NOT_ASKED among them where a family may be one to whom the question does not apply). survey,
    register: weighted share in the survey, share among the families whose field is known (0 to 1); of a number the
    mean (linear), geometric mean (ln) or root mean square (square) in its own unit. difference: register - survey.
    difference_sd: of the terms' means, in survey SDs; null where the survey does not vary. unknown: share of families
    whose field is not known. far: |difference_sd| is above the parameter `proxy_far`. register, difference,
    difference_sd are null where no family's field is known.

    families: of the scope. far: fields with a far row. warnings: Indonesian sentences.
    """

    scope: Scope
    model: str
    survey: str
    families: int
    rows: pd.DataFrame
    far: tuple[str, ...]
    warnings: tuple[str, ...]


def compare(store: Store, scope: Scope) -> ProxyComparison:
    """The proxies of the card that scored the snapshot, survey against register.

    Refused `not_scored` where no card did, `model_unusable` where the card is of an older Tepat.
    """
    card = scoring_card(store, scope.snapshot_id)
    cursor = store.cursor()
    try:
        rows, families = _rows(cursor, scope.snapshot_id, scope.region, card)
    finally:
        cursor.close()
    snapshot = store.one("SELECT unit, frame FROM snapshot WHERE snapshot_id = $id", {"id": scope.snapshot_id})
    assert snapshot is not None  # a snapshot that was scored is there
    far = _far_fields(rows)
    return ProxyComparison(
        scope=scope, model=card.name, survey=card.survey, families=families, rows=rows, far=far,
        warnings=(*_unit_warning(card, snapshot["unit"]), *_far_warning(far, snapshot["frame"])),
    )  # fmt: skip


def fit_for(cursor: duckdb.DuckDBPyConnection, snapshot: Mapping[str, Any], card: ModelCard) -> tuple[str, ...]:
    """Warnings where the model was made for others than it now scores.

    snapshot: snapshot_id, unit and frame of the families. Needs family_feature of the snapshot on `cursor`.
    """
    warnings = []
    if not card.signal:
        warnings.append(f"Model {card.name} tidak menunjukkan daya ramal di luar contoh; peringkat PMT tidak berarti.")
    rows, _ = _rows(cursor, snapshot["snapshot_id"], "", card)
    return (*warnings, *_unit_warning(card, snapshot["unit"]), *_far_warning(_far_fields(rows), snapshot["frame"]))


def _unit_warning(card: ModelCard, unit: str) -> list[str]:
    if card.unit == unit:
        return []
    words = {"household": "rumah tangga", "family": "keluarga"}
    return [
        f"Model dilatih pada {words[card.unit]}, sedangkan data ini memuat {words[unit]}; satu rumah tangga dapat "
        "berisi beberapa keluarga."
    ]


def _far_fields(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rows.loc[rows["far"], "field"]))


def _far_warning(far: Iterable[str], frame: str) -> list[str]:
    titles = [title(name) for name in far]
    if not titles:
        return []
    if frame == "truncated":
        return [
            f"Sebaran {listing(titles)} dalam data ini jauh berbeda dari survei; sebagian wajar, karena data ini hanya "
            "memuat bagian termiskin penduduk."
        ]
    return [
        f"Sebaran {listing(titles)} dalam data ini jauh berbeda dari survei; skor dapat meleset, periksa arti kolomnya."
    ]


def _rows(
    cursor: duckdb.DuckDBPyConnection, snapshot_id: str, region: str, card: ModelCard
) -> tuple[pd.DataFrame, int]:
    """(rows of ProxyComparison, number of families)."""
    fields: dict[str, list[Term]] = {}
    for term in card.terms:
        fields.setdefault(term.field, []).append(term)
    params: dict[str, Any] = {"snapshot_id": snapshot_id, "region": region}
    asked = ["count(*)"]
    for place, terms in enumerate(fields.values()):
        asked.append(f"avg(({null_test(terms[0])})::INTEGER)")
        for number, term in enumerate(terms):
            name = f"proxy_{place}_{number}"
            if term.level is not None:
                params[name] = term.level
            asked.append(f"avg({value_sql(term, name)})")
    found = cursor.execute(
        f"SELECT {', '.join(asked)} FROM {FAMILIES} AND {region_sql('family.village_code')}", params
    ).fetchone()
    assert found is not None  # an aggregate without GROUP BY always has one row
    means = iter(found[1:])
    limit = parameter("proxy_far").value
    rows: list[dict[str, Any]] = []
    for terms in fields.values():
        unknown = next(means)
        made = _field_rows(terms, [next(means) for _ in terms])
        rows += [row | {"unknown": unknown, "far": abs(row["difference_sd"] or 0.0) > limit} for row in made]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"far": bool})
    numbers = ["survey", "register", "difference", "difference_sd", "unknown"]
    return frame.astype(dict.fromkeys(numbers, "Float64")), int(found[0])


def _field_rows(terms: list[Term], means: list[float | None]) -> list[dict[str, Any]]:
    """The rows of one field. means: of the terms' values among the families where it is known."""
    rows = [_row(term, mean) for term, mean in zip(terms, means, strict=True)]
    named = [term for term in terms if term.kind == "level"]
    if not named:
        # A square beside the number itself tells nothing more.
        return [row for row in rows if row["kind"] != "square"] or rows
    share = min(1.0, max(0.0, 1.0 - sum(term.mean for term in named)))
    register = None if means[0] is None else 1.0 - sum(mean or 0.0 for mean in means)
    taken = {term.level for term in named}
    base = named[0].model_copy(update={"mean": share, "sd": sqrt(share * (1.0 - share))})
    field = FIELDS[base.field]
    rest = tuple(level for level in field.levels if level not in taken) + ((NOT_ASKED,) if field.not_asked else ())
    return [*rows, _row(base, register) | {"levels": rest}]


def _row(term: Term, mean: float | None) -> dict[str, Any]:
    own = _OWN_UNIT.get(term.kind, _OWN_UNIT["linear"])
    register = None if mean is None else own(mean)
    return {
        "field": term.field,
        "title": title(term.field),
        "kind": term.kind,
        "levels": () if term.level is None else (term.level,),
        "survey": own(term.mean),
        "register": register,
        "difference": None if register is None else register - own(term.mean),
        "difference_sd": None if mean is None else _distance(mean - term.mean, term.sd),
    }


def _distance(difference: float, sd: float) -> float | None:
    """In SDs; null where the survey does not vary, so that nothing can be said of how far is far."""
    return difference / sd if sd > 0 else None

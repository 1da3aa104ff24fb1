"""What the terms of a linear card are worth for single families, and what a field of theirs holds."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.definitions import no_nan_text
from analytics.fields import FIELDS, column_sql
from analytics.model_card import ModelCard, value_sql
from analytics.pmt_design import Array
from analytics.scoring import FAMILIES
from data.store import Store


def term_values(store: Store, snapshot_id: str, card: ModelCard, family_nos: list[int]) -> Array:
    """Families (in the order given) x terms: each term's value, NaN where it is not known and the mean stands in."""
    names = [f"term_{place}" for place in range(len(card.terms))]
    values = [f"{value_sql(term, name)} AS {name}" for term, name in zip(card.terms, names, strict=True)]
    levels = {name: term.level for term, name in zip(card.terms, names, strict=True) if term.level is not None}
    found = _of(store, snapshot_id, family_nos, values, levels)
    return found.reindex(family_nos).to_numpy(dtype=float, na_value=np.nan)


def field_values(store: Store, snapshot_id: str, family_nos: list[int], fields: list[str]) -> pd.DataFrame:
    """Families (index: family_no, in the order given) x fields of `analytics.fields` as recorded; None = not known."""
    found = _of(store, snapshot_id, family_nos, [f"{column_sql(name)} AS {name}" for name in fields], {})
    found = no_nan_text(found).reindex(family_nos).astype(object)
    return found.where(found.notna(), None)


def _of(
    store: Store, snapshot_id: str, family_nos: list[int], columns: list[str], params: dict[str, Any]
) -> pd.DataFrame:
    chosen = ", ".join(["family.family_no", *columns])
    sql = f"SELECT {chosen} FROM {FAMILIES} AND family.family_no IN (SELECT unnest($families))"
    bound = params | {"snapshot_id": snapshot_id, "families": [int(number) for number in family_nos]}
    return store.frame(sql, bound).set_index("family_no")


def fields_of(card: ModelCard) -> list[str]:
    """The fields of a card's terms, each once, in the card's order."""
    return [name for name in dict.fromkeys(term.field for term in card.terms) if name in FIELDS]

"""Life cycle: who is in which stage of life, and whether the family has a programme meant for it (guide 4.3(2)b)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analytics import definitions
from analytics.combinations import absent_text, entry, load_catalogue
from analytics.scope import Scope
from data.errors import Refused
from data.rules import Stage, stages
from data.store import Store

# What a stage may name -> SQL for "is in the stage" and for how many members are, over x (features) and m (members).
FEATURES: dict[str, tuple[str, str]] = {
    "any_pregnant": ("x.any_pregnant", "m.pregnant"),
    "any_disability": ("x.any_disability", "m.disabled"),
    **{
        name: (f"x.{name} > 0", f"x.{name}")
        for name in ("under_five", "children_0_6", "children_7_18", "school_age", "school_age_out", "adults", "elderly")
    },
}
# Why a rate is null, the widest first.
NOBODY_KNOWN = "Tidak satu keluarga pun diketahui berada pada tahap ini, sedangkan sebagian tidak tercatat."
NOBODY = "Tidak satu keluarga pun berada pada tahap ini."
NO_MEMBERS = "Berapa anggota yang berada pada tahap ini tidak tercatat."
NOT_JUDGED = "Tidak satu keluarga pun diketahui miskin ekstrem atau bukan."
NO_EXTREME = "Tidak ada keluarga miskin ekstrem pada tahap ini."
NO_EXTREME_MEMBERS = "Berapa anggota keluarga miskin ekstrem yang berada pada tahap ini tidak tercatat."
_COUNTS = ("families", "persons", "unknown", "extreme_families", "extreme_persons")


@dataclass(frozen=True)
class LifeCycle:
    """rows, in the order of data/reference/combinations.yaml: stage, title, families (with somebody in the stage),
    persons (in the stage, not the whole family), unknown (families of which that is not known), served_families,
    served_persons (those whose family has a programme meant for the stage), rate_families, rate_persons (served /
    all; null where nobody is in the stage), the same six of the extreme poor as extreme_*, extreme_served_*,
    rate_extreme_*, programmes (codes with a loaded list), reason (Indonesian: why a rate is
    null, or which lists are not loaded; null where nothing is missing), source, status.

    Served and rates are null where no list of the stage is loaded; a closed programme serves nobody. What is of the
    extreme poor is null where nobody's status is known, and expected under `pmt_line`.
    """

    scope: Scope
    rows: pd.DataFrame


def life_cycle(store: Store, scope: Scope, on: date | None = None) -> LifeCycle:
    """The stages in force `on` a day (today). Raises Refused `stage_unknown` for a feature no column answers."""
    day = on or date.today()
    catalogue = load_catalogue(store, scope.snapshot_id)
    found = stages(day)
    meant = {name: _meant(stage, catalogue.loaded) for name, stage in found.items()}
    table = definitions.measure(
        store,
        "life_cycle",
        scope,
        {"meant": catalogue.bits(code for codes in meant.values() for code in codes)},
        stages=", ".join(_stage_sql(name, stage) for name, stage in found.items()),
        inside=", ".join(f"in_{name}" for name in found),
        members=", ".join(f"sum(n_{name}) AS n_{name}, sum(n_{name} * chance) AS extreme_n_{name}" for name in found),
        columns=", ".join(_columns_sql(name) for name in found),
    )
    judged = bool(table["judged"].sum())
    rows = []
    for name, stage in found.items():
        served = table[(table["held"] & catalogue.bits(meant[name])) != 0] if meant[name] else None
        row = {"stage": name, "title": stage.title, "programmes": meant[name], "source": stage.source,
               "status": stage.status} | _figures(table, name, "", judged)  # fmt: skip
        row |= _figures(served, name, "served_", judged)
        absent = [code for code in stage.programmes if code not in catalogue.loaded]
        reasons = [_blank(row, judged), absent_text(absent) if absent else None]
        rows.append(row | {"reason": " ".join(filter(None, reasons)) or None})
    return LifeCycle(scope, _with_rates(pd.DataFrame(rows), scope))


def _blank(row: dict[str, Any], judged: bool) -> str | None:
    """Why one of a stage's rates would be null were its lists loaded; None where none would."""
    if not row["families"]:
        return NOBODY_KNOWN if row["unknown"] else NOBODY
    if not row["persons"]:
        return NO_MEMBERS
    if not judged:
        return NOT_JUDGED
    if not row["extreme_families"]:
        return NO_EXTREME
    return None if row["extreme_persons"] else NO_EXTREME_MEMBERS


def _meant(stage: Stage, loaded: frozenset[str]) -> tuple[str, ...]:
    return tuple(code for code in stage.programmes if code in loaded and not entry(code).closed)


def _stage_sql(name: str, stage: Stage) -> str:
    unknown = [feature for feature in stage.features if feature not in FEATURES]
    if unknown:
        raise Refused(
            "stage_unknown",
            f"Ciri {unknown[0]} pada tahap {name} di data/reference/combinations.yaml tidak dikenal; gunakan salah "
            f"satu dari {', '.join(FEATURES)}.",
        )
    inside = " OR ".join(FEATURES[feature][0] for feature in stage.features)
    members = " + ".join(f"coalesce({FEATURES[feature][1]}, 0)" for feature in stage.features)
    return f"{inside} AS in_{name}, {members} AS n_{name}"


def _columns_sql(name: str) -> str:
    return (
        f"coalesce(sum(families) FILTER (WHERE in_{name}), 0) AS families_{name}, "
        f"coalesce(sum(n_{name}) FILTER (WHERE in_{name}), 0) AS persons_{name}, "
        f"coalesce(sum(families) FILTER (WHERE in_{name} IS NULL), 0) AS unknown_{name}, "
        f"coalesce(sum(extreme) FILTER (WHERE in_{name}), 0) AS extreme_families_{name}, "
        f"coalesce(sum(extreme_n_{name}) FILTER (WHERE in_{name}), 0) AS extreme_persons_{name}"
    )


def _figures(table: pd.DataFrame | None, name: str, prefix: str, judged: bool) -> dict[str, Any]:
    """Sums of one stage; prefix "served_" for those served. None: no list tells who is."""
    found: dict[str, Any] = {}
    for count in _COUNTS:
        if prefix and count == "unknown":
            continue
        extreme = count.startswith("extreme_")
        column = f"extreme_{prefix}{count.removeprefix('extreme_')}" if extreme else f"{prefix}{count}"
        known = table is not None and (judged or not extreme)
        found[column] = table[f"{count}_{name}"].sum() if known and table is not None else None
    return found


def _with_rates(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    for who in ("", "extreme_"):
        columns = (f"{who}families", f"{who}persons", f"{who}served_families", f"{who}served_persons")
        rows = definitions.counted(scope, rows, columns) if who else definitions.integers(rows, columns)
        for unit in ("families", "persons"):
            whole = rows[f"{who}{unit}"].astype("Float64")
            rows[f"rate_{who}{unit}"] = rows[f"{who}served_{unit}"].astype("Float64") / whole.where(whole > 0)
    return definitions.no_nan_text(rows)

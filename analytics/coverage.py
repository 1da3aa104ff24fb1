"""Coverage: who receives which programme, by village and decile, and who receives none (guide chapter IV, 4.2)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analytics import catalogue, definitions
from analytics.coverage_cells import coverage_frame
from analytics.eligibility import COMPONENTS
from analytics.scope import Scope
from analytics.text import number
from data.reference import Eligibility, programmes
from data.store import Store

_COUNTS = (
    "decile", "families", "persons", "group_families", "group_persons", "eligible_families", "eligible_persons",
    "covered_families", "covered_persons", "eligibility_unknown_families",
)  # fmt: skip
_NONE_COUNTS = ("decile", "families", "persons", "group_families", "group_persons")
_NONE_EXTREME = ("extreme_families", "extreme_persons", "group_extreme_families", "group_extreme_persons")


@dataclass(frozen=True)
class Coverage:
    """Coverage of the programmes a snapshot knows recipients of.

    rows: programme, by ("village" | "decile"), village (code), name, decile (null within by "decile":
    rank not known), families and persons (recipient families and their members), group_families,
    group_persons (all of the group), rate_families, rate_persons = P(receives | group);
    eligible_families, eligible_persons, covered_families, covered_persons (eligible and receiving),
    rate_eligible_families, rate_eligible_persons = P(receives | eligible), eligibility_unknown_families;
    vintage. Eligible columns are null where the programme has no rule in force; a rate is null where
    its group is empty; persons are null where families are there but no size is known.
    programmes: the same figures over the scope, with name, strategy, provider, closed, rule (Indonesian
    or null), rule_status, vintage (newest) and vintage_oldest (null: not known), outside_list
    (recipient rows of the whole snapshot that belong to none of its families).
    without_programme: see `without_programme`.
    """

    scope: Scope
    rows: pd.DataFrame
    programmes: pd.DataFrame
    without_programme: pd.DataFrame
    outside_list: int
    definition_text: str
    on: date
    warnings: tuple[str, ...]


def coverage(store: Store, scope: Scope, on: date | None = None) -> Coverage:
    """Coverage by each programme's own rule in force `on` a day (today).

    Raises Refused `snapshot_unknown`, `component_unknown`.
    """
    day = on or date.today()
    truncated = catalogue.head(store, scope.snapshot_id).frame == "truncated"
    loaded = {
        row.pop("programme"): row
        for row in store.rows(definitions.sql_text("coverage_programmes"), {"snapshot_id": scope.snapshot_id})
    }
    catalogued = programmes()
    codes = [code for code in catalogued if code in loaded]
    rules = {code: catalogued[code].rule(day) for code in codes}
    cells = _cells(store, scope, codes, day)
    cells["vintage"] = cells["programme"].map({code: loaded[code]["vintage"] for code in codes})
    rows = cells[cells["by"] != "all"].reset_index(drop=True)
    summary = _summary(cells, loaded, rules)
    return Coverage(
        scope=scope,
        rows=rows,
        programmes=summary,
        without_programme=without_programme(store, scope),
        outside_list=int(sum(loaded[code]["outside_list"] for code in codes)),
        definition_text=definitions.definition_text(store, scope),
        on=day,
        warnings=tuple(_warnings(summary, truncated, sorted(set(loaded) - set(codes)))),
    )


def _cells(store: Store, scope: Scope, codes: list[str], day: date) -> pd.DataFrame:
    cells = definitions.integers(definitions.no_nan_text(coverage_frame(store, scope, codes, day)), _COUNTS)
    for unit in ("families", "persons"):
        cells[f"rate_{unit}"] = _ratio(cells[unit], cells[f"group_{unit}"])
        cells[f"rate_eligible_{unit}"] = _ratio(cells[f"covered_{unit}"], cells[f"eligible_{unit}"])
    return cells


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.astype("Float64") / whole.where(whole > 0).astype("Float64")


def rule_text(rule: Eligibility | None) -> str | None:
    """A rule in Indonesian: `desil 1–4, dengan ibu hamil, atau lansia`; None without a rule."""
    if rule is None:
        return None
    low, high = rule.deciles
    deciles = f"desil {low}" if low == high else f"desil {low}–{high}"
    words = [COMPONENTS[name] for name in rule.component]
    if not words:
        return deciles
    return f"{deciles}, dengan " + (", ".join(words[:-1]) + ", atau " + words[-1] if len(words) > 1 else words[0])


def _summary(cells: pd.DataFrame, loaded: dict[str, Any], rules: dict[str, Eligibility | None]) -> pd.DataFrame:
    figures = cells[cells["by"] == "all"].drop(columns=["by", "village", "name", "decile", "vintage"])
    about = pd.DataFrame(
        [
            {
                "programme": code,
                "name": (entry := programmes()[code]).name,
                "strategy": entry.strategy,
                "provider": entry.provider,
                "closed": entry.closed,
                "rule": rule_text(rule),
                "rule_status": rule.status if rule else None,
                **loaded[code],
            }
            for code, rule in rules.items()
        ],
        columns=["programme", "name", "strategy", "provider", "closed", "rule", "rule_status", "vintage",
                 "vintage_oldest", "outside_list"],
    )  # fmt: skip
    return definitions.no_nan_text(about.merge(figures, on="programme", how="left"))


def without_programme(store: Store, scope: Scope) -> pd.DataFrame:
    """Families that receive no open programme at all; closed programmes do not count.

    by ("all" | "village" | "decile"), village, name, decile, families, persons (without any),
    group_families, group_persons, rate_families, rate_persons; then the same among the extreme poor:
    extreme_families, extreme_persons, group_extreme_families, group_extreme_persons,
    rate_extreme_families, rate_extreme_persons. "Without" is null throughout where the snapshot holds
    no enrolment of an open programme: nobody can then be said to be without.
    """
    closed = [code for code, programme in programmes().items() if programme.closed]
    frame = definitions.integers(definitions.measure(store, "coverage_none", scope), _NONE_COUNTS)
    frame = definitions.counted(scope, frame, _NONE_EXTREME)
    loaded = store.one(
        "SELECT 1 FROM enrolment WHERE snapshot_id = $id AND NOT list_contains($closed, programme) LIMIT 1",
        {"id": scope.snapshot_id, "closed": closed},
    )
    if loaded is None:
        frame[["families", "persons", "extreme_families", "extreme_persons"]] = pd.NA
    for name in ("families", "persons", "extreme_families", "extreme_persons"):
        frame[f"rate_{name}"] = _ratio(frame[name], frame[f"group_{name}"])
    return frame


def _warnings(summary: pd.DataFrame, truncated: bool, uncatalogued: list[str]) -> list[str]:
    found = []
    if uncatalogued:
        found.append(
            f"Program {', '.join(uncatalogued)} tidak ada di data/reference/programmes.yaml dan tidak tampil; "
            "tambahkan di sana."
        )
    if summary.empty:
        return [*found, "Data ini tidak memuat penerima program; impor daftar penerima untuk menghitung cakupan."]
    if truncated:
        found.append(
            "Berkas hanya memuat bagian termiskin: cakupan dihitung di antara keluarga dalam daftar, "
            "dan penerima di luar daftar tidak terlihat."
        )
    outside = int(summary["outside_list"].sum())
    if outside:
        found.append(f"{number(outside)} baris penerima tidak ditemukan di antara keluarga dalam data.")
    undated = list(summary.loc[summary["vintage"].isna(), "programme"])
    if undated:
        found.append(f"Tanggal data penerima tidak diketahui untuk {', '.join(undated)}.")
    unknown = summary["eligibility_unknown_families"].max()
    if pd.notna(unknown) and unknown:
        found.append(
            f"Kelayakan sampai {number(unknown)} keluarga tidak diketahui (desil atau syarat program kosong): "
            "mereka tidak dihitung layak."
        )
    return found

"""The only home of "who is extreme poor under this scope", and of what a rank share means.

A measure is SQL built on the step `status`, one row per family of the scope:

    all columns of `family_page` (data/derived.sql): family_no, village_code, size (persons; null = not known), ...,
    extreme (true, false; null = not known, and always under `pmt_line`, where nobody is either),
    chance (of being extreme poor, 0 to 1: exactly 1 or 0 where `extreme` is known; null = not known),
    decile (1 to 10 of the scope's ranking; null = not known),
    below (chance of living below the scope's line, whatever its definition; null = no line, or no score)

Counts are sums of `chance`, so one SQL serves counting by name and expecting by chance. The rows of `family_page` are
read where the last run stored them and nothing changed since; else the same SQL computes them, with the same answer
but at a million families in seconds instead of a tenth.

Parameters are always bound; only fixed names of this package are formatted into SQL.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from analytics.criteria_codes import codes_current, met_by_code_sql
from analytics.criteria_sql import judged_sql, met_sql
from analytics.need_answers import bits_sql
from analytics.params import SQL, params_hash
from analytics.scope import Scope
from analytics.text import listing, month, percent, rupiah
from data.criteria import default_rules
from data.criteria_rules import RuleSet
from data.errors import Refused
from data.reference import Line, lines, parameter, programmes
from data.store import Store

# What of `family_page` comes of table family_feature: a measure that reads it needs what `run` derives of the members.
_OF_MEMBERS = re.compile(
    r"\b(family_feature|head_sex|any_pregnant|any_disability|any_chronic|children_0_6|children_7_18|under_five|"
    r"school_age|school_age_out|elderly|need_yes|need_known)\b"
)

# Ten weights of 0.1 do not sum to 1: a share may miss its boundary by this much.
TOLERANCE = 1e-9
# Columns chance_0, chance_1, ... of family_page: lines beyond them are joined where they are asked for.
STORED_LINES = 8

RANK_AREA_NAMES: dict[str | None, str] = {
    "national": "tingkat nasional",
    "province": "tingkat provinsi",
    "regency": "tingkat kabupaten/kota",
    None: "wilayah yang tidak disebut berkas",
}


@cache
def sql_text(name: str) -> str:
    """The text of `analytics/sql/NAME.sql`, placeholders and all."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def features_sql(family: str, person: str) -> str:
    """The features step over two tables or subqueries with canonical columns; binds `$on`, `$elderly_age`."""
    return sql_text("features").format(family=family, person=person)


def rank_sql(scored: str) -> str:
    """The rank step over a table or subquery (family_no, village_code, size, score); binds `$frame`."""
    return sql_text("rank").format(scored=scored, reference=sql_text("reference"))


def decile_sql(share: str) -> str:
    """SQL for the decile (1 = poorest) of a rank share: least(10, greatest(1, ceil(10 x share - 1e-9))).

    Null where the share is null (DuckDB's `least` and `greatest` skip nulls, so this is asked first).
    """
    return f"CASE WHEN {share} IS NOT NULL THEN {_ceiling(share, 10)} END"


def percentile_sql(share: str, families: str) -> str:
    """SQL for the percentile of a rank share; null below `$percentile_min_families` ranked families."""
    return f"CASE WHEN {share} IS NOT NULL AND {families} >= $percentile_min_families THEN {_ceiling(share, 100)} END"


def _ceiling(share: str, parts: int) -> str:
    return f"CAST(least({parts}, greatest(1, ceil({parts} * {share} - {TOLERANCE}))) AS INTEGER)"


def share_column(scope: Scope) -> str:
    """The column of family_rank that the scope's unit ranks by, within the regency."""
    return "share_regency_persons" if scope.unit == "persons" else "share_regency"


def region_sql(column: str) -> str:
    """SQL: the code in `column` lies in `$region` ("" is everywhere); whole dotted segments only."""
    return f"($region = '' OR {column} = $region OR starts_with({column}, $region || '.'))"


def ranking(scope: Scope) -> str:
    """Which ranking the scope's deciles are of: `recorded`, or PMT in the regency by `families` or `persons`."""
    local = scope.definition == "local_criteria" and scope.decile_of == "recorded"
    return "recorded" if local or scope.definition == "recorded" else scope.unit


def everyone(scope: Scope) -> Scope:
    """The same families and unit under the definition that asks for least: for measures of no extreme poor."""
    return replace(scope, definition="recorded")


def stored_chance(line: str) -> str | None:
    """The column of family_page that holds the chance below a line; None for one it has no column for."""
    place = list(lines().lines).index(line) if line in lines().lines else STORED_LINES
    return f"chance_{place}" if place < STORED_LINES else None


def family_page_sql(snapshot_id: str, chances: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The rows of `family_page` computed from the tables they are derived from; chances: line -> column."""
    joins = []
    bound: dict[str, Any] = {"snapshot_id": snapshot_id, "catalogue": list(programmes())}
    bound["closed"] = [code for code, programme in programmes().items() if programme.closed]
    for place, name in enumerate(chances):
        bound[f"line{place}"] = name
        joins.append(
            f"LEFT JOIN family_line AS l{place} ON l{place}.snapshot_id = $snapshot_id "
            f"AND l{place}.line = $line{place} AND l{place}.family_no = f.family_no"
        )
    needs, asked = bits_sql()
    sql = sql_text("family_page").format(
        chances="".join(f"l{place}.probability AS {column}, " for place, column in enumerate(chances.values())),
        lines="\n".join(joins),
        decile_families=decile_sql("r.share_regency"),
        decile_persons=decile_sql("r.share_regency_persons"),
        **needs,
    )
    return sql, bound | asked


def pages_current(store: Store, snapshot_id: str) -> bool:
    """True where the last run stored what pages read, and neither data nor parameters changed since."""
    key = {"snapshot_id": snapshot_id, "params_hash": params_hash()}
    return store.one(sql_text("page_current"), key) is not None


def judged_stored(store: Store, snapshot_id: str, rules: RuleSet) -> bool:
    """True where the last run also stored what these rules judge of each family, and no answer came since."""
    return pages_current(store, snapshot_id) and codes_current(store, snapshot_id, rules)


def status_sql(scope: Scope, stored: bool = False, judged: bool = False) -> tuple[str, dict[str, Any]]:
    """The step `status` of a scope and its bound parameters.

    `recorded`: recorded decile at or under the cut. `pmt_quota`: rank share within the regency,
    by the scope's unit, at or under the quota; a tie straddling the quota is outside as a whole
    (`catalogue.quota_fill` says by how much the quota is under-filled). `pmt_line`: the family's chance of living
    below the line. `local_criteria`: who meets the rules, with bound "upper" also who cannot be judged; with "lower"
    these are null. No rank, no score: null. stored: read what `run` stored (`pages_current` must hold). judged: read
    also what it judged by the scope's rules (`judged_stored` must hold).
    """
    share = f"f.share_{scope.unit}"
    column = stored_chance(scope.line) if stored and scope.line else "asked"
    stored = stored and column is not None
    below = f"f.{column or 'asked'}" if scope.line else "CAST(NULL AS DOUBLE)"
    limits: dict[str, Any] = {}
    by_rules = ""
    if scope.definition == "pmt_line":
        extreme, chance = "CAST(NULL AS BOOLEAN)", below
    elif scope.definition == "recorded":
        extreme, limits = "f.decile_recorded <= $cut", {"cut": scope.cut}
        chance = f"CAST({extreme} AS INTEGER)"
    elif scope.definition == "local_criteria":
        rules = scope.rules or default_rules()
        if judged:
            by_rules = f"JOIN ({met_by_code_sql(rules)}) AS c ON c.code = f.criteria "
        else:
            clauses, limits = judged_sql(rules)
            by_rules = f"JOIN (SELECT family_no, {met_sql(rules)} AS met FROM ({clauses}) AS j) AS c USING (family_no) "
        extreme = "c.met" if scope.bound == "lower" else "coalesce(c.met, true)"
        chance = f"CAST({extreme} AS INTEGER)"
    else:
        extreme, limits = f"{share} <= $quota + {TOLERANCE}", {"quota": scope.quota}
        chance = f"CAST({extreme} AS INTEGER)"
    if stored:
        families, bound = (
            "SELECT * FROM family_page WHERE snapshot_id = $snapshot_id",
            {"snapshot_id": scope.snapshot_id},
        )
    else:
        families, bound = family_page_sql(scope.snapshot_id, {scope.line: "asked"} if scope.line else {})
    sql = (
        f"SELECT f.*, {extreme} AS extreme, {chance} AS chance, f.decile_{ranking(scope)} AS decile, {below} AS below "
        f"FROM ({families}) AS f {by_rules}WHERE {region_sql('f.village_code')}"
    )
    return sql, bound | limits | {"region": scope.region}


def measure(
    store: Store, name: str, scope: Scope, params: Mapping[str, Any] | None = None, **steps: str
) -> pd.DataFrame:
    """Runs `analytics/sql/NAME.sql` for a scope: `{status}` and other named steps filled in, all values bound.

    Raises Refused `snapshot_unknown`, and `results_missing` as `require_results` does; the recorded rank alone, asked
    for nothing that is derived, needs no results.
    """
    derived = scope.definition != "recorded" or any(map(_OF_MEMBERS.search, (sql_text(name), *steps.values())))
    while True:
        stored = pages_current(store, scope.snapshot_id)
        if not stored:
            require_snapshot(store, scope.snapshot_id)
            if derived:
                require_results(store, scope.snapshot_id)
        rules = scope.rules or default_rules()
        judged = stored and scope.definition == "local_criteria" and codes_current(store, scope.snapshot_id, rules)
        status, bound = status_sql(scope, stored, judged)
        sql = sql_text(name).format(status=status, reference=sql_text("reference"), **steps)
        frame = store.frame(sql, bound | dict(params or {}))
        # An import may have emptied the stored rows between the two questions.
        if not stored or (
            pages_current(store, scope.snapshot_id) and (not judged or codes_current(store, scope.snapshot_id, rules))
        ):
            return no_nan_text(frame)


def require_snapshot(store: Store, snapshot_id: str) -> None:
    """Raises Refused `snapshot_unknown`, naming some there are."""
    if store.one("SELECT 1 FROM snapshot WHERE snapshot_id = $id", {"id": snapshot_id}):
        return
    newest = store.rows("SELECT snapshot_id FROM snapshot ORDER BY imported_at DESC, snapshot_id DESC LIMIT 5")
    known = ", ".join(row["snapshot_id"] for row in newest) or "belum ada"
    raise Refused(
        "snapshot_unknown",
        f"Data dengan nomor {snapshot_id} tidak ada di basis data ini; pilih salah satu yang ada ({known}).",
    )


def require_results(store: Store, snapshot_id: str) -> None:
    """Raises Refused `results_missing` where a snapshot has families and nothing derived of them: never run, or
    emptied because a newer Tepat derives other tables. Counted all the same, what is not known would look like none."""
    has = "SELECT EXISTS (SELECT 1 FROM {} WHERE snapshot_id = $id) AS any"
    families, derived = (store.one(has.format(table), {"id": snapshot_id}) for table in ("family", "family_feature"))
    if families and families["any"] and not (derived and derived["any"]):
        raise Refused(
            "results_missing",
            "Hasil hitungan data ini belum ada, atau dikosongkan karena Tepat diperbarui; tekan Hitung ulang di "
            "dasbor, atau jalankan `cli.py run`.",
        )


def no_nan_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with missing texts as None: pandas gives NaN, which is true in an `if` and prints as "nan"."""
    for column in frame.select_dtypes(["str"]):
        frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
    return frame


def integers(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The frame with these columns as nullable whole numbers, so that null never becomes NaN or zero."""
    return frame.astype(dict.fromkeys(columns, "Int64"))


def counted(scope: Scope, frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The frame with these counts of the extreme poor as whole numbers; under `pmt_line` they are expected, hence
    fractions. Null stays null."""
    return frame.astype(dict.fromkeys(columns, "Float64" if scope.definition == "pmt_line" else "Int64"))


def computed_lines(store: Store, snapshot_id: str) -> tuple[str, ...]:
    """The lines for which the last run derived chances, in the order of data/reference/lines.yaml."""
    rows = store.rows("SELECT DISTINCT line FROM village_line WHERE snapshot_id = $id", {"id": snapshot_id})
    derived = {row["line"] for row in rows}
    return tuple(name for name in lines().lines if name in derived)


def definition_text(store: Store, scope: Scope) -> str:
    """The scope's definition in one Indonesian sentence, as every figure prints it."""
    if scope.definition == "recorded":
        row = store.one("SELECT rank_area FROM snapshot WHERE snapshot_id = $id", {"id": scope.snapshot_id})
        area = RANK_AREA_NAMES[row["rank_area"] if row else None]
        upto = "1" if scope.cut == 1 else f"1 sampai {scope.cut}"
        return (
            f"Miskin ekstrem menurut peringkat tercatat: keluarga pada desil {upto} dalam berkas sumber "
            f"(desil dibuat untuk {area})."
        )
    if scope.definition == "pmt_line":
        line = line_named(scope.line)
        return (
            f"Miskin ekstrem sebagai peluang: jumlah yang diperkirakan hidup di bawah {line.title} "
            f"({rupiah(line.value)} per jiwa per bulan, harga {month(line.prices)})."
        )
    if scope.definition == "local_criteria":
        rules = scope.rules or default_rules()
        counted = (
            "hanya keluarga yang terbukti memenuhinya (batas bawah)" if scope.bound == "lower" else
            "juga keluarga yang belum dapat dinilai (batas atas)"
        )  # fmt: skip
        return (
            f"Calon miskin ekstrem menurut {rules.title} ({rules.articles}), dihitung {counted}; baru sah sesudah "
            "musyawarah dan penetapan kepala daerah."
        )
    of = "penduduk" if scope.unit == "persons" else "keluarga"
    return f"Miskin ekstrem menurut kuota PMT: {percent(scope.quota)} {of} kabupaten/kota dengan skor PMT terendah."


def line_named(name: str | None) -> Line:
    """A line of data/reference/lines.yaml. Refused `line_unknown`, naming those there are."""
    found = lines().lines.get(name or "")
    if found is None:
        raise Refused(
            "line_unknown", f"Garis “{name or ''}” tidak ada; pilih salah satu: {listing(list(lines().lines))}."
        )
    return found


def default_cut() -> int:
    return int(parameter("recorded_cut").value)


def default_quota() -> float:
    return parameter("pmt_quota").value

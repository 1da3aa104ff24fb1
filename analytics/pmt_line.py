"""Extreme poverty as a chance: how likely each family lives below a dated line, and what that means for villages.

A score predicts the mean of ln consumption; the truth scatters around it. So nobody is "below the line" here: each
family gets a chance, each village an expected number with an interval (`analytics.village_chance`).
"""

import math
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analytics.model_card import ModelCard, Term, value_sql
from analytics.pieces import pieces
from analytics.pmt_covariance import covariance_matrix
from analytics.scoring import FAMILIES
from analytics.text import listing, month
from analytics.village_chance import (
    Array,
    VillageCounts,
    chance,
    drift_variance,
    share_of_draws_on_top,
    village_counts,
)
from data.load_register import UNKNOWN_VILLAGE
from data.reference import Line, Lines, lines, parameter

# The ends of the 80 % interval.
LOW, HIGH = 0.1, 0.9
TOP = 10


def usable_lines(card: ModelCard, known: Lines | None = None) -> tuple[dict[str, float], str | None]:
    """The lines a card can speak of: name -> value at the card's prices, in the outcome's unit; else why there is none.

    A line counts where its unit is the card's and its price month too, or a deflator carries it there. Never by an
    exchange rate, and never from a card that predicts a quantile: only a mean has a scatter around it.
    """
    known = known or lines()
    if card.method == "quantile":
        return {}, (
            f"Kartu skor {card.name} meramal kuantil, bukan rata-rata, sehingga hanya dapat mengurutkan; pakai kartu "
            "OLS atau LASSO untuk peluang di bawah garis."
        )
    if card.price_date is None:
        return {}, (
            f"Kartu skor {card.name} tidak menyebut bulan harganya, sehingga tidak dapat dibandingkan dengan garis "
            "rupiah mana pun; latih ulang dengan menyebut tanggal harga."
        )
    same_unit = {name: line for name, line in known.lines.items() if line.unit == card.outcome_unit}
    found = {
        name: value
        for name, line in same_unit.items()
        if (value := _at_prices(line, card.price_date, known)) is not None
    }
    if found:
        return found, None
    if not same_unit:
        return {}, (
            f"Pengeluaran dalam kartu skor {card.name} bersatuan “{card.outcome_unit}”, sedangkan tidak ada garis "
            "bersatuan itu; periksa satuan pada kartu atau tambahkan garisnya di data/reference/lines.yaml."
        )
    dates = listing(sorted({month(line.prices) for line in same_unit.values()}))
    return {}, (
        f"Kartu skor {card.name} berharga {month(card.price_date)}, sedangkan garis yang ada berharga {dates}; "
        "tambahkan garis berharga sama, atau deflator dengan sumbernya, di data/reference/lines.yaml."
    )


def _at_prices(line: Line, wanted: date, known: Lines) -> float | None:
    """The line at the prices of a month; None where neither its own month nor a deflator gives it."""
    if _month(line.prices) == _month(wanted):
        return line.value
    for step in known.deflators:
        if step.unit == line.unit and (_month(step.start), _month(step.to)) == (_month(line.prices), _month(wanted)):
            return line.value * step.factor
    return None


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def derive(
    cursor: duckdb.DuckDBPyConnection, snapshot_id: str, card: ModelCard, known: Lines | None = None
) -> tuple[tuple[str, ...], list[str]]:
    """Fill family_line and village_line of a snapshot for every line (of `known`; the reference's by default) the
    card can speak of.

    Needs family_rank of the same card. Returns the names of these lines and what to warn of (Indonesian), or no name
    and why.
    """
    usable, why = usable_lines(card, known)
    key = {"snapshot_id": snapshot_id}
    if not usable:
        return (), [why] if why else []
    codes = [
        code
        for (code,) in cursor.execute(
            "SELECT DISTINCT village_code FROM family_rank WHERE snapshot_id = $snapshot_id AND score IS NOT NULL "
            "ORDER BY village_code",
            key,
        ).fetchall()
    ]
    if not codes:
        return (), []
    for name, value in usable.items():
        lean, covariance = _lean(cursor, snapshot_id, card, value, codes)
        counts = _families(cursor, key | {"line": name}, card, value, drift_variance(lean, covariance))
        made = _villages(card, counts, lean, covariance, codes)
        _insert(cursor, "village_line", key | {"line": name}, made)
    return tuple(usable), _cautions(card)


def _families(
    cursor: duckdb.DuckDBPyConnection, key: dict[str, Any], card: ModelCard, line: float, drift: Array
) -> VillageCounts:
    """Fills family_line; gives what it adds up to in the villages (in the order of their codes).

    key: snapshot_id and line. drift: variance of each village's shift that comes from the coefficients.
    """
    village_sd, own_sd = _spreads(card)
    shift_sd = np.sqrt(village_sd**2 + drift)
    family_sd = np.sqrt(_sd(card) ** 2 + drift)
    total = None
    for piece in pieces(cursor, key["snapshot_id"]):
        families = _scored(cursor, piece | {"snapshot_id": key["snapshot_id"]})
        village, size = families["village"], families["size"].astype(np.float64)
        gap = math.log(line) - card.offset - card.slope * families["score"]
        counts = village_counts(village, size, gap, own_sd, shift_sd)
        total = counts if total is None else total + counts
        made = pd.DataFrame({"family_no": families["family_no"], "probability": chance(gap, family_sd[village])})
        _insert(cursor, "family_line", key, made)
    assert total is not None  # there is a village, hence a family
    return total


def _scored(cursor: duckdb.DuckDBPyConnection, piece: dict[str, Any]) -> dict[str, Any]:
    """The scored families of a piece: arrays family_no, village (place among the codes), size, score."""
    return cursor.execute(
        "WITH scored AS (SELECT * FROM family_rank WHERE snapshot_id = $snapshot_id AND score IS NOT NULL), "
        "village AS (SELECT village_code, row_number() OVER (ORDER BY village_code) - 1 AS village "
        "FROM (SELECT DISTINCT village_code FROM scored) AS named) "
        "SELECT s.family_no, v.village, coalesce(s.size, 0) AS size, s.score "
        "FROM scored AS s JOIN village AS v ON v.village_code = s.village_code "
        "WHERE s.family_no BETWEEN $first AND $last ORDER BY s.family_no",
        piece,
    ).fetchnumpy()


def _insert(cursor: duckdb.DuckDBPyConnection, table: str, key: dict[str, Any], rows: pd.DataFrame) -> None:
    cursor.register("made", rows)
    cursor.execute(f"INSERT INTO {table} BY NAME SELECT $snapshot_id AS snapshot_id, $line AS line, * FROM made", key)
    cursor.unregister("made")


def _spreads(card: ModelCard) -> tuple[float, float]:
    """SD of what a village shares and of what each family has of its own, in ln units."""
    village_sd = min(card.sigma_village or 0.0, _sd(card))
    return village_sd, math.sqrt(_sd(card) ** 2 - village_sd**2)


def _sd(card: ModelCard) -> float:
    return card.sigma if card.sigma_fit is None else card.sigma_fit


def _villages(card: ModelCard, counts: VillageCounts, lean: Array, covariance: Array, codes: list[str]) -> pd.DataFrame:
    village_sd, _ = _spreads(card)
    # Families of unknown village are one heap per regency: counted, but no village that could be among the worst.
    heap = np.array([code.endswith(UNKNOWN_VILLAGE) for code in codes])
    area = np.unique([code if lost else code[:5] for code, lost in zip(codes, heap, strict=True)], return_inverse=True)
    top_ten = share_of_draws_on_top(counts, village_sd, lean, covariance, area[1], TOP)
    return pd.DataFrame(
        {
            "village_code": codes,
            "expected": counts.expected,
            "low": counts.quantile(LOW),
            "high": counts.quantile(HIGH),
            "probability": counts.above(parameter("pocket_threshold").value),
            "top_ten": np.where(heap, np.nan, top_ten),
        }
    )


def _lean(
    cursor: duckdb.DuckDBPyConnection, snapshot_id: str, card: ModelCard, line: float, codes: list[str]
) -> tuple[Array, Array]:
    """(villages x coefficients: how a change of the coefficients shifts the village near the line, their covariance).

    The mean of each term's value over a village's persons, weighted by how near the line their family's score lies:
    the derivative of the expected count by a coefficient over that by a common shift.
    """
    covariance = covariance_matrix(card)
    if covariance is None:
        return np.zeros((len(codes), 0)), np.zeros((0, 0))
    params: dict[str, Any] = {
        "snapshot_id": snapshot_id, "log_line": math.log(line), "sd": max(_sd(card), 1e-9),
        "offset": card.offset, "slope": card.slope,
    }  # fmt: skip
    values = []
    for position, term in enumerate(card.terms):
        if term.level is not None:
            params[f"lean_{position}"] = term.level
        values.append(_filled(term, f"lean_{position}"))
    sums = "".join(f", sum(near * v{position}) / nullif(sum(near), 0)" for position in range(len(values)))
    columns = "".join(f", {value} AS v{position}" for position, value in enumerate(values))
    # No weight vanishes: a village far above the line still leans somewhere.
    found = cursor.execute(
        f"WITH valued AS (SELECT family.family_no{columns} FROM {FAMILIES}), "
        "weighted AS (SELECT v.*, r.village_code, "
        "coalesce(r.size, 0) "
        "* greatest(exp(-pow(($log_line - $offset - $slope * r.score) / $sd, 2) / 2), 1e-12) AS near "
        "FROM valued AS v JOIN family_rank AS r ON r.snapshot_id = $snapshot_id AND r.family_no = v.family_no "
        f"WHERE r.score IS NOT NULL) SELECT village_code{sums} FROM weighted GROUP BY village_code",
        params,
    ).df()
    lean = found.set_index("village_code").reindex(codes).to_numpy(dtype=float)
    return card.slope * np.column_stack([np.ones(len(codes)), np.nan_to_num(lean)]), covariance


def _filled(term: Term, name: str) -> str:
    """SQL of a term's value as the score used it: the survey's mean where the register does not know."""
    return f"coalesce({value_sql(term, name)}, {term.mean!r}::DOUBLE)"


def _cautions(card: ModelCard) -> list[str]:
    said = []
    if card.sigma_village is None:
        said.append(
            f"Survei kartu skor {card.name} tidak menyebut klaster, sehingga pengaruh desa tidak diketahui dan selang "
            "jumlah miskin ekstrem terlalu sempit."
        )
    if card.covariance is None:
        said.append(
            f"Kartu skor {card.name} tidak memuat ketidakpastian koefisien, sehingga selang jumlah miskin ekstrem "
            "terlalu sempit; latih ulang kartunya."
        )
    return said

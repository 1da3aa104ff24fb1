"""How well chances find pockets whose truth is known: the tables of docs/metodologi.md.

    python scripts/trial_pockets.py [--seeds 20] [--families 60000] [--method ols] [--out FILE.csv]

Each seed goes the whole way an office's data goes: files, import, survey, scorecard, run. Lines cut off 5, 3, 2 and
1 % of the true persons; the survey has 75 x 20 households, then 67 x 10. Beside the chances: the same computation with
the true coefficients (no survey), the naive count of families whose score lies below the line, and the quota rule.
"""

import argparse
import math
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from analytics.definitions import status_sql  # noqa: E402
from analytics.demo_region import fill, invented_map  # noqa: E402
from analytics.fitting import fit_survey  # noqa: E402
from analytics.pipeline import load_demo, run  # noqa: E402
from analytics.pmt_line import derive  # noqa: E402
from analytics.scope import Scope  # noqa: E402
from analytics.village_chance import chance, village_counts  # noqa: E402
from data.demo import DemoRegion  # noqa: E402
from data.demo_survey import write_survey  # noqa: E402
from data.reference import Lines  # noqa: E402
from data.store import Store  # noqa: E402

RATES = (0.05, 0.03, 0.02, 0.01)
SURVEYS = {"75 x 20": (75, 20), "67 x 10": (67, 10)}
THRESHOLD = 100


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--families", type=int, default=60_000)
    parser.add_argument("--method", default="ols")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rows = []
    for seed in range(1, given.seeds + 1):
        started = time.monotonic()
        rows += trial(seed, given.families, given.method)
        print(f"seed {seed}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        if given.out:
            pd.DataFrame(rows).to_csv(given.out, index=False)
    table = pd.DataFrame(rows)
    print(table.drop(columns="seed").groupby(["rate", "survey", "method"], sort=False).mean().round(3).to_string())


def trial(seed: int, families: int, method: str) -> list[dict]:
    region = fill(invented_map(seed), families, seed)
    lines = {rate: true_line(region.truth, rate) for rate in RATES}
    rows = [measured(region, rate, "-", "true coefficients", *by_truth(region, line)) for rate, line in lines.items()]
    with tempfile.TemporaryDirectory() as name, Store(Path(name) / "t.duckdb") as store:
        snapshot = load_demo(store, families, seed).snapshot_id
        for survey, size in SURVEYS.items():
            files = write_survey(region, Path(name), *size)
            fitted = fit_survey(store, list(files), method=method, profile="survey_demo", yardstick=False)
            run(store, snapshot, fitted.path)
            card = fitted.fit.card
            known = Lines.model_validate({"lines": {f"p{rate}": {
                "title": "-", "value": line, "unit": card.outcome_unit, "prices": card.price_date, "source": "-",
                "status": "verified"} for rate, line in lines.items()}})  # fmt: skip
            with store.transaction() as cursor:
                cursor.execute("DELETE FROM family_line")
                cursor.execute("DELETE FROM village_line")
                derive(cursor, snapshot, card, known)
            for rate, line in lines.items():
                rows.append(measured(region, rate, survey, "chances", *by_chances(store, region, f"p{rate}")))
                for rule, sql in (("naive count", f"score < {math.log(line)!r}"), ("quota", quota(snapshot, rate))):
                    rows.append(measured(region, rate, survey, rule, by_rule(store, region, sql)))
    return [row | {"seed": seed} for row in rows]


def true_line(truth: pd.DataFrame, rate: float) -> float:
    poorest = truth.sort_values("consumption")
    persons = poorest["size"].cumsum()
    return float(poorest["consumption"][persons > rate * persons.iloc[-1]].iloc[0])


def by_truth(region: DemoRegion, line: float) -> tuple[np.ndarray, ...]:
    """The same computation, knowing the coefficients and the scatter the families were made with."""
    village = region.families["village"].to_numpy()
    gap = math.log(line) - region.truth["expected"].to_numpy()
    shift = np.full(len(region.villages), region.village_effect_sd)
    counts = village_counts(village, region.truth["size"].to_numpy(dtype=float), gap, region.noise_sd, shift)
    families = chance(gap, np.full(len(gap), math.hypot(region.noise_sd, region.village_effect_sd)))
    return counts.expected, counts.quantile(0.1), counts.quantile(0.9), counts.above(THRESHOLD), families


def by_chances(store: Store, region: DemoRegion, line: str) -> tuple[np.ndarray, ...]:
    found = store.frame("SELECT * FROM village_line WHERE line = $line", {"line": line}).set_index("village_code")
    found = found.reindex(region.villages["code"])
    families = store.frame(
        "SELECT i.kk, l.probability FROM family_line AS l JOIN family_identity AS i USING (snapshot_id, family_no) "
        "WHERE l.line = $line", {"line": line},
    ).set_index("kk")["probability"]  # fmt: skip
    columns = (found[name].to_numpy() for name in ("expected", "low", "high", "probability"))
    return *columns, families.reindex(region.truth["family_id"]).to_numpy()


def quota(snapshot: str, rate: float) -> str:
    status, params = status_sql(Scope(snapshot, definition="pmt_quota", unit="persons", quota=rate))
    for name, value in params.items():
        status = status.replace(f"${name}", repr(value))
    return f"family_no IN (SELECT family_no FROM ({status}) WHERE extreme)"


def by_rule(store: Store, region: DemoRegion, condition: str) -> np.ndarray:
    found = store.frame(
        f"SELECT village_code, sum(size) AS persons FROM family_rank WHERE {condition} GROUP BY village_code"
    ).set_index("village_code")["persons"]
    return found.reindex(region.villages["code"]).fillna(0).to_numpy(dtype=float)


def measured(region: DemoRegion, rate: float, survey: str, method: str, expected, low=None, high=None,
             probability=None, families=None) -> dict:  # fmt: skip
    truth = region.truth
    below = (truth["consumption"] < true_line(truth, rate)).to_numpy()
    persons = np.bincount(region.families["village"], weights=truth["size"] * below, minlength=len(region.villages))
    pocket = persons > THRESHOLD
    marked = expected > THRESHOLD if probability is None else probability > 0.5
    row = {
        "rate": rate, "survey": survey, "method": method, "pockets": pocket.sum(), "marked": marked.sum(),
        "precision": (pocket & marked).sum() / marked.sum() if marked.any() else np.nan,
        "found": (pocket & marked).sum() / pocket.sum() if pocket.any() else np.nan,
        "auc": auc(expected if probability is None else probability, pocket), "total": expected.sum() / persons.sum(),
    }  # fmt: skip
    if low is not None:
        known = ~np.isnan(families)
        row["covered"] = ((persons >= low) & (persons <= high)).mean()
        row["auc_families"] = auc(families[known], below[known])
    return row


def auc(score: np.ndarray, truth: np.ndarray) -> float:
    """Chance that a true case has the higher score; ties count half. Null where there are none, or only such."""
    if truth.all() or not truth.any():
        return np.nan
    ranks = pd.Series(score).rank().to_numpy()
    cases = truth.sum()
    return float((ranks[truth].sum() - cases * (cases + 1) / 2) / (cases * (len(truth) - cases)))


if __name__ == "__main__":
    main()

"""Runs the worked examples of the scorecard: each names its figures, and what is to come out of them."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from analytics.pmt_accuracy import line_error, r_squared, targeting
from analytics.pmt_covariance import sandwich
from analytics.pmt_folds import Sample
from analytics.pmt_solvers import lasso_at, least_squares, quantile

FILE = Path(__file__).parent / "pmt" / "kartu_skor.yaml"
CASES = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def sample(case: dict[str, Any]) -> Sample:
    target = np.array(case["truth"], dtype=float)
    columns = np.array([case["column"]] if "column" in case else np.empty((0, len(target))), dtype=float).T
    group = np.array(case.get("cluster", range(len(target))))
    return Sample(columns, target, np.ones(len(target)), group)


def found(case: dict[str, Any]) -> dict[str, float | None]:
    truth = np.array(case["truth"], dtype=float)
    guess = np.array(case.get("prediction", truth), dtype=float)
    one = np.ones(len(truth))
    match case["measure"]:
        case "fixed_quota":
            exclusion, inclusion = targeting(truth, guess, one, case["quota"])
            return {"exclusion": exclusion, "inclusion": inclusion}
        case "fixed_line":
            error = line_error(truth, guess[None], one, np.arange(len(truth)), case["quota"])
            return error.model_dump() | {"line": math.log(error.line)}
        case "r2":
            return {"r2": r_squared(truth, guess, one)}
        case "ols":
            equation = least_squares(sample(case))
            return {"intercept": equation.intercept, "variance": float(sandwich(sample(case), equation)[0, 0])}
        case "quantile":
            return {"intercept": quantile(sample(case), case["level"]).intercept}
        case "lasso":
            equation = lasso_at(sample(case), case["penalty"])
            return {"intercept": equation.intercept, "slope": float(equation.slopes[0])}
    raise AssertionError(f"not a measure: {case['measure']}")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_example(case):
    made = found(case)
    assert case["expect"]
    assert {name: made[name] for name in case["expect"]} == pytest.approx(case["expect"], abs=1e-9)

"""Twenty regencies of known truth: pockets found by chances against the same computation with the true coefficients.

The short way (no files, no database): the demo's own proxies as a survey frame. scripts/trial_pockets.py goes the
whole way; its tables stand in docs/metodologi.md.
"""

import math

import numpy as np
import pandas as pd
import pytest

from analytics.demo_region import fill, invented_map
from analytics.pmt import fit
from analytics.pmt_covariance import covariance_matrix
from analytics.village_chance import VillageCounts, village_counts
from data.demo_survey import draw_sample
from data.demo_truth import true_proxies

SEEDS = range(1, 21)
FAMILIES, THRESHOLD = 60_000, 100


def auc(score: np.ndarray, truth: np.ndarray) -> float:
    ranks, cases = pd.Series(score).rank().to_numpy(), truth.sum()
    return float((ranks[truth].sum() - cases * (cases + 1) / 2) / (cases * (len(truth) - cases)))


def judged(counts: VillageCounts, persons: np.ndarray) -> dict[str, float]:
    pocket, chance = persons > THRESHOLD, counts.above(THRESHOLD)
    marked = chance > 0.5
    inside = (counts.quantile(0.1) <= persons) & (persons <= counts.quantile(0.9))
    return {"auc": auc(chance, pocket), "precision": (pocket & marked).sum() / marked.sum(), "covered": inside.mean()}


def one_regency(seed: int) -> dict[str, float]:
    region = fill(invented_map(seed), FAMILIES, seed)
    truth, village = region.truth, region.families["village"].to_numpy()
    size = truth["size"].to_numpy(dtype=float)
    villages = len(region.villages)
    persons = np.bincount(village, weights=size * truth["extreme"], minlength=villages)

    proxies = true_proxies(region.families).astype(float)
    sample = draw_sample(region)
    here = sample["family"].to_numpy()
    survey = proxies.iloc[here].assign(
        consumption=truth["consumption"].to_numpy()[here], cluster=sample["klaster"].to_numpy(),
        persons=sample["penimbang"].to_numpy() * size[here],
    )  # fmt: skip
    card = fit(survey, "consumption", weight="persons", cluster="cluster", predictors=list(proxies.columns),
               yardstick=False).card  # fmt: skip
    values = np.column_stack([
        np.ones(len(proxies)),
        *(proxies[term.field] ** (2 if term.kind == "square" else 1) for term in card.terms),
    ])  # fmt: skip
    score = values @ np.array([card.intercept, *(term.coefficient for term in card.terms)])
    gap = math.log(region.line) - card.offset - card.slope * score
    near = size * np.exp(-((gap / card.sigma_fit) ** 2) / 2)
    lean = np.column_stack([np.bincount(village, near * column, villages) for column in values.T])
    lean *= card.slope / np.bincount(village, near, villages)[:, None]
    drift = np.einsum("vj,jk,vk->v", lean, covariance_matrix(card), lean)
    own = math.sqrt(card.sigma_fit**2 - card.sigma_village**2)
    ours = judged(village_counts(village, size, gap, own, np.sqrt(card.sigma_village**2 + drift)), persons)

    true_gap = math.log(region.line) - truth["expected"].to_numpy()
    known = village_counts(village, size, true_gap, region.noise_sd, np.full(villages, region.village_effect_sd))
    return ours | {f"true_{name}": value for name, value in judged(known, persons).items()}


@pytest.mark.slow
def test_pockets_of_twenty_regencies():
    means = pd.DataFrame([one_regency(seed) for seed in SEEDS]).mean()
    assert means["auc"] > means["true_auc"] - 0.01
    assert means["precision"] > means["true_precision"] - 0.06
    assert 0.74 <= means["covered"] <= 0.86
    # The trial itself would be worthless if the truth were easy.
    assert means["true_auc"] < 0.95

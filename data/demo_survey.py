"""A household survey of the synthetic regency, as a statistics office would hand it over: no NIK, no names.

Two stages: 75 clusters drawn with probability proportional to the villages' size as known some years ago,
20 families in each. Consumption is the true one; weights add up to about the number of families. Families also say
which programmes they had in the last year and what came of it: some forget, some leave it open.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype

from data.demo import DemoRegion
from data.demo_dtsen import HOME_COLUMNS, PERSON_CODES

CLUSTERS, PER_CLUSTER = 75, 20
SEED_STREAM = 2
ANSWER_STREAM = 3
YES, NO, DOES_NOT_APPLY = 1, 2, -1
FORGOTTEN, OPEN = 0.03, 0.01  # of the recipients; of all families
ASKED = {"PKH": "pkh", "SEMBAKO": "sembako", "BLT-DD": "blt_dd", "PIP": "pip", "PBI-JKN": "pbi"}
# Invented rupiah a year, of the size that programmes paid in 2025: for each of what is counted in a family.
PAID = {
    "PKH": {"under_seven": 3_000_000, "pupils": 900_000, "elderly": 2_400_000, "disabled": 2_400_000},
    "SEMBAKO": {"family": 2_400_000}, "BLT-DD": {"family": 900_000}, "PIP": {"recipients": 750_000},
    "PBI-JKN": {"members": 504_000},
}  # fmt: skip
MOST_PAID = 10_800_000
PAID_PARTS, PAID_CHANCE = (1.0, 0.75, 0.5), (0.80, 0.15, 0.05)  # of the year's instalments that came


def write_survey(
    region: DemoRegion, folder: Path, clusters: int = CLUSTERS, per_cluster: int = PER_CLUSTER
) -> tuple[Path, Path]:
    """Household and person file (CSV). Codes are those of DTSEN; blank: the question does not apply."""
    sample = draw_sample(region, clusters, per_cluster)
    families = region.families.iloc[sample["family"]].reset_index(drop=True)
    households = pd.concat(
        [
            sample[["id_ruta", "klaster", "penimbang"]],
            pd.DataFrame(
                {
                    "kode_kecamatan": _districts(region)[families["village"].to_numpy()],
                    "jumlah_anggota": families["size"],
                    "pengeluaran_per_kapita": region.truth["consumption"].to_numpy()[sample["family"]],
                }
            ),
            families[list(HOME_COLUMNS)],
            _answers(region, sample["family"].to_numpy()),
        ],
        axis=1,
    )
    persons = region.persons[region.persons["status"] == 0].merge(
        sample[["family", "id_ruta"]], on="family", validate="many_to_one"
    )
    persons["no_urut"] = persons.groupby("id_ruta").cumcount() + 1
    persons["tanggal_lahir"] = persons["tanggal_lahir"].dt.strftime("%Y-%m-%d")
    persons["umur"] = persons["age"]
    persons = persons.sort_values(["id_ruta", "no_urut"])
    paths = folder / "survei_rumah_tangga.csv", folder / "survei_anggota.csv"
    _blanked(households).to_csv(paths[0], index=False)
    _blanked(persons[["id_ruta", "no_urut", "umur", "tanggal_lahir", *PERSON_CODES]]).to_csv(paths[1], index=False)
    return paths


def _answers(region: DemoRegion, family: np.ndarray) -> pd.DataFrame:
    """Per programme asked for: received in the last year (1 yes, 2 no), and rupiah of the year where it was."""
    rng = np.random.default_rng([region.seed, ANSWER_STREAM])
    said = {}
    for programme, name in ASKED.items():
        paid = _paid(region, programme)[family] * rng.choice(PAID_PARTS, len(family), p=PAID_CHANCE)
        received = (paid > 0) & (rng.random(len(family)) >= FORGOTTEN)
        answered = rng.random(len(family)) >= OPEN
        answer = np.where(received, YES, NO)
        said[f"bantuan_{name}"] = np.where(answered, answer, DOES_NOT_APPLY)
        amount = (paid / 10_000).round().astype(np.int64) * 10_000
        said[f"bantuan_{name}_setahun"] = np.where(received & answered, amount, DOES_NOT_APPLY)
    return pd.DataFrame(said)


def _paid(region: DemoRegion, programme: str) -> np.ndarray:
    """Per family of the region the rupiah of a full year, 0 for who is not enrolled."""
    families = region.families
    count = len(families)
    if programme == "PBI-JKN":
        members = region.persons[(region.persons["status"] == 0) & (region.persons["pbi_nas"] == YES)]
        rows = np.bincount(members["family"], minlength=count)
    else:
        enrolled = region.enrolments[region.enrolments["programme"] == programme]
        rows = np.bincount(enrolled["family"], minlength=count)
    counted = {"family": np.ones(count, dtype=int), "recipients": rows, "members": rows}
    paid = sum(
        rupiah * (counted[part] if part in counted else families[part].to_numpy(dtype=int))
        for part, rupiah in PAID[programme].items()
    )
    # A family that gets it without any component is paid for the smallest one.
    return np.where(rows > 0, np.clip(paid, min(PAID[programme].values()), MOST_PAID), 0)


def _districts(region: DemoRegion) -> np.ndarray:
    """Per village the dotted code of its kecamatan."""
    return region.villages["code"].str[: len("PP.KK.CC")].to_numpy()


def draw_sample(region: DemoRegion, clusters: int = CLUSTERS, per_cluster: int = PER_CLUSTER) -> pd.DataFrame:
    """Columns family (position), id_ruta, klaster, penimbang (design weight, families represented).

    clusters: as many as asked, fewer where the region has not twice their families.
    """
    rng = np.random.default_rng([region.seed, SEED_STREAM])
    village = region.families["village"].to_numpy()
    families = region.villages["families"].to_numpy()
    clusters = int(np.clip(len(village) // (2 * per_cluster), 1, clusters))
    known = families * np.exp(0.12 * rng.standard_normal(len(families)))  # the frame is some years old
    points = (rng.random() + np.arange(clusters)) / clusters * known.sum()
    hits = np.searchsorted(known.cumsum(), points, side="right")

    parts = []
    for place in np.unique(hits):
        times = int((hits == place).sum())
        here = rng.permutation(np.flatnonzero(village == place))
        take = min(per_cluster, max(len(here) // times, 1))
        weight = known.sum() / (clusters * known[place]) * families[place] / take
        for turn in range(times):
            chosen = here[turn * take : (turn + 1) * take]
            parts.append(pd.DataFrame({"family": chosen, "cluster": f"{place}-{turn}", "penimbang": round(weight, 4)}))
    sample = pd.concat(parts, ignore_index=True)
    order = rng.permutation(sample["cluster"].unique())  # cluster numbers tell nothing about the village
    sample["klaster"] = sample["cluster"].map({name: f"K{number + 1:03d}" for number, name in enumerate(order)})
    sample = sample.sort_values(["klaster", "family"], ignore_index=True)
    sample["id_ruta"] = sample["klaster"] + "-" + (sample.groupby("klaster").cumcount() + 1).map("{:02d}".format)
    return sample[["family", "id_ruta", "klaster", "penimbang"]]


def _blanked(frame: pd.DataFrame) -> pd.DataFrame:
    """-1, which does not apply, as an empty cell."""
    codes = [name for name in frame.columns if is_integer_dtype(frame[name]) and (frame[name] == -1).any()]
    return frame.assign(**{name: frame[name].astype("Int32").mask(frame[name] == -1) for name in codes})

"""A household survey of the synthetic regency, as a statistics office would hand it over: no NIK, no names.

Two stages: 75 clusters drawn with probability proportional to the villages' size as known some years ago,
20 families in each. Consumption is the true one; weights add up to about the number of families.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype

from data.demo import DemoRegion
from data.demo_dtsen import HOME_COLUMNS, PERSON_CODES

CLUSTERS, PER_CLUSTER = 75, 20
SEED_STREAM = 2


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
    return frame.assign(**{name: frame[name].astype("Int16").mask(frame[name] == -1) for name in codes})

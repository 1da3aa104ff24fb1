"""A delivery of two regencies of one province as an office would receive it, and what was written into it."""

import math
from pathlib import Path

import numpy as np
import pandas as pd

from data.store import Store
from tests.analytics.scorecards import term

EAST, TOWN = "19.06", "19.71"  # a kabupaten and a kota of one province
HEADERS = (
    "nomor_kartu_keluarga|nama_kepala_keluarga|alamat|kabupaten_kota|kecamatan|kelurahan_desa|kode_kelurahan_desa|"
    "jumlah_anggota_keluarga|desil_nasional|jenis_lantai_terluas|luas_lantai|aset_bergerak_mobil|pbi_nas"
)
FLOORS = {"tile": "1", "cement": "6", "earth": "8"}
TERMS = (
    term("size", "ln", -0.5, 1.0), term("floor", "level", -0.61, 0.2, level="earth"),
    term("floor", "level", -0.23, 0.3, level="cement"), term("car", "flag", 0.37, 0.1),
)  # fmt: skip


def invented(store: Store, seed: int = 3) -> pd.DataFrame:
    """Families of ten villages of each regency, crowded unevenly, one astray in a third and one in another province."""
    rng = np.random.default_rng(seed)
    rows = store.rows("SELECT code, name FROM region WHERE level = 'village' ORDER BY code")
    names = {row["code"]: row["name"] for row in rows}
    settled = [code for regency in (EAST, TOWN) for code in [c for c in names if c.startswith(regency)][:10]]
    astray = [next(code for code in names if code.startswith(other)) for other in ("19.01", "62.10")]
    n = 2_000
    codes = [*rng.choice(settled, n - 2, p=rng.dirichlet(np.full(len(settled), 1.5))), *astray]
    families = pd.DataFrame({
        "kk": [f"990101{n:010d}" for n in range(1, n + 1)], "code": codes, "size": rng.integers(1, 9, n),
        "decile": rng.choice(10, n, p=[0.2, *[0.8 / 9] * 9]) + 1, "floor": rng.choice(list(FLOORS), n),
        "car": rng.random(n) < 0.2, "pbi": rng.random(n) < 0.4,
    })  # fmt: skip
    # The town is better off: a rank over the province is then another than one within the regency.
    families.loc[families["code"].str.startswith(TOWN) & (rng.random(n) < 0.5), "floor"] = "tile"
    coefficient = families["floor"].map({"tile": 0.0, "cement": -0.23, "earth": -0.61})
    families["score"] = 10 - 0.5 * families["size"].map(math.log) + coefficient + 0.37 * families["car"]
    families["name"] = families["code"].map(names)
    return families


def write(path: Path, families: pd.DataFrame) -> Path:
    lines = [
        f"{row.kk}|Contoh|Dusun Satu|||{row.name_}|{row.code}|{row.size_}|{row.decile}|{FLOORS[row.floor]}|20|"
        f"{1 if row.car else 2}|{1 if row.pbi else 2}"
        for row in families.rename(columns={"name": "name_", "size": "size_"}).itertuples()
    ]
    path.write_text("\n".join([HEADERS, *lines]) + "\n", encoding="utf-8")
    return path

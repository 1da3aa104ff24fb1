"""A made-up regional register in headers and codes of its own: families, members and a list of recipients.

Written without anything of Tepat, so that pandas can count what an import of it must give.
"""

import random
from pathlib import Path

import pandas as pd

VILLAGES = ["9901011001", "9901011002", "9901012007", "9901022001"]
FLOORS = {"L1": "earth", "L2": "cement", "L3": "tile", "L9": None}
WATERS = {"A1": "piped", "A2": "borehole", "A3": "surface"}
SEXES = {"Lk.": "male", "Wn.": "female"}
RELATIONS = {"H1": "head", "H2": "spouse", "H3": "child"}
FLAGS = {"V": "true", "X": "false"}


def write_register(folder: Path, families: int = 240) -> dict[str, Path]:
    """The three files by kind; `;` between cells, everything invented, numbers of 16 digits begin with 9901."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(4)
    homes, people, lists = [], [], []
    for number in range(1, families + 1):
        card = f"9901{number:012d}"
        homes.append(
            {
                "nmr_rt": card, "krt": f"Rekaan {number} Contoh", "tmpt": f"Jalan Contoh {number}",
                "kd_wil": rng.choice(VILLAGES), "klp": rng.choice([1, 2, 3, 5, 8, 10]),
                "jns_lt": rng.choice(list(FLOORS)),
                "ai": rng.choice(list(WATERS)), "spd": rng.choice("VX"), "bt_k": rng.choice("VX"),
                "bt_s": rng.choice("VX"), "pdn": rng.choice("VX"),
            }
        )  # fmt: skip
        for member in range(rng.choice([1, 2, 3, 4])):
            nik = f"9902{number:08d}{member:04d}"
            people.append(
                {
                    "nmr_rt": card, "nmr_or": nik, "nm_or": f"Warga {number} {member}",
                    "jk_or": rng.choice(list(SEXES)),
                    "tgl": f"{rng.randint(1, 28):02d}-{rng.randint(1, 12):02d}-{rng.randint(1950, 2020)}",
                    "hub": ["H1", "H2", "H3", "H3"][member], "hmb_a": rng.choice("VXXX"), "hmb_b": rng.choice("VXXX"),
                }
            )  # fmt: skip
            if rng.random() < 0.1:
                lists.append({"jns_bt": rng.choice(["B7", "B8"]), "nmr_or": nik, "th": "2025"})
    paths = {}
    for kind, rows in (("family", homes), ("person", people), ("recipients", lists)):
        paths[kind] = folder / f"{kind}.csv"
        pd.DataFrame(rows).astype(str).to_csv(paths[kind], sep=";", index=False)
    return paths


def frames(paths: dict[str, Path]) -> dict[str, pd.DataFrame]:
    """The files as pandas reads them: all text."""
    return {kind: pd.read_csv(path, sep=";", dtype=str) for kind, path in paths.items()}

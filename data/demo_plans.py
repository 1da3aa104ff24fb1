"""What the offices of the synthetic regency tell of villages and programmes: facilities and an inventory, invented.

Drawn apart from everything else, so that the region's other files stay as they are byte by byte.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from data.demo import DemoRegion

SEED_STREAM = 7


def write_plans(region: DemoRegion, folder: Path) -> dict[str, Path]:
    """CSV files by role: `facilities` (one row per village) and `inventory` (the template's columns).

    A few villages are spelled another way or have no such code, a few words nobody can read: as offices send them.
    """
    paths = {"facilities": folder / "fasilitas_desa.csv", "inventory": folder / "inventaris_program.csv"}
    _facilities(region).to_csv(paths["facilities"], index=False)
    _inventory(region).to_csv(paths["inventory"], index=False)
    return paths


def _facilities(region: DemoRegion) -> pd.DataFrame:
    rng = np.random.default_rng([region.seed, SEED_STREAM])
    villages = region.villages
    n = len(villages)
    # Poorer and rural villages lack more; between 0 (well off) and 1.
    poor = 1 / (1 + np.exp(2.2 * villages["wealth"].to_numpy() + 0.9 * villages["urban"].to_numpy()))

    def chosen(chance: np.ndarray, lack: list[str], fine: list[str]) -> np.ndarray:
        words = np.where(rng.random(n) < chance, rng.choice(lack, n), rng.choice(fine, n))
        return np.where(rng.random(n) < 0.03, "", words)

    table = pd.DataFrame(
        {
            "Kode Desa": villages["code"].str.replace(".", "", regex=False),
            "Kecamatan": villages["district"],
            "Desa/Kelurahan": villages["name"],
            "Kondisi Jalan": chosen(0.7 * poor, ["Tanah", "Rusak berat", "Rusak"], ["Aspal", "Beton", "Baik"]),
            "Jumlah SD": np.where(rng.random(n) < 0.12 * poor, 0, rng.integers(1, 5, n)),
            "Jumlah Poskesdes": np.where(rng.random(n) < 0.5 * poor, 0, 1),
            "Sinyal": chosen(0.6 * poor, ["Lemah", "Blank spot"], ["Kuat", "4G"]),
            "Air Bersih": chosen(0.5 * poor, ["Sungai", "Tidak ada"], ["PDAM", "Sumur bor", "Ada"]),
            "Rawan Banjir": chosen(0.3 * poor, ["Ya"], ["Tidak"]),
        }
    )
    table.loc[table.index[-1:], "Kondisi Jalan"] = "kerikil sebagian"
    strange = table.iloc[:1].assign(**{"Kode Desa": "9801019999", "Desa/Kelurahan": "Desa Entah"})
    return pd.concat([table, strange], ignore_index=True)


def _inventory(region: DemoRegion) -> pd.DataFrame:
    regency = str(region.villages["code"].iloc[0])[:5]
    district = str(region.villages["code"].iloc[0])[:8]
    many = len(region.families)
    year = region.date.year + 1
    rows = [
        ("Perluasan Sembako daerah", "", year, "Kabupaten/kota", "APBD kabupaten", "Dinas Sosial", many // 100,
         "Keluarga", regency, "Perluasan", "SEMBAKO"),
        ("Rehab rumah swadaya", "BSPS", year, "Provinsi", "APBD provinsi", "Dinas Perumahan", many // 400, "Keluarga",
         regency, "Mandiri", ""),
        ("PBI daerah", "PBI-DAERAH", year, "Kabupaten/kota", "APBD kabupaten", "Dinas Kesehatan", many // 50, "Jiwa",
         regency, "Perluasan", "PBI-JKN"),
        ("Padat karya kecamatan", "", year, "Kabupaten/kota", "APBD kabupaten", "Dinas PUPR", many // 200, "Jiwa",
         district, "Pelengkap", ""),
        ("Beasiswa anak nelayan", "", year, "CSR", "CSR", "Perusahaan contoh (fiktif)", many // 600, "Jiwa", regency,
         "Pelengkap", "PIP"),
    ]  # fmt: skip
    columns = ["Nama program", "Kode program", "Tahun", "Penyelenggara", "Sumber dana", "Perangkat daerah", "Kuota",
               "Satuan kuota", "Kode wilayah", "Hubungan dengan program pusat", "Kode program pusat"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table["Anggaran (rupiah)"] = [2_400_000 * rows[0][6], 20_000_000 * rows[1][6], 504_000 * rows[2][6], None, None]
    return table

"""What the offices of the synthetic regency tell of villages and programmes, and official figures; all invented.

Drawn apart from everything else, so that the region's other files stay as they are byte by byte.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from data.demo import DemoRegion

SEED_STREAM = 7
OFFICIAL_STREAM = 11
FIRST_YEAR = 2019  # of the official figures
OFFICIAL_SOURCE = "Angka contoh (fiktif), bukan angka BPS"


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


def write_official(region: DemoRegion, folder: Path) -> Path:
    """CSV of invented official figures of the regency and its province, FIRST_YEAR to the year of the data.

    Poverty rises in 2021 and falls again; from 2024 on extreme poverty is measured by another line, and starts anew.
    """
    rng = np.random.default_rng([region.seed, OFFICIAL_STREAM])
    code = str(region.villages["code"].iloc[0])[:5]
    years = np.arange(FIRST_YEAR, region.date.year + 1)
    persons = float(region.population["jumlah_penduduk"].sum())
    parts = []
    for place, name, level in ((code, region.regency, 12.4), (code[:2], region.province, 10.6)):
        shock = np.where(years == 2020, 0.5, np.where(years == 2021, 1.0, 0.0))
        p0 = (level - 0.35 * (years - FIRST_YEAR) + shock + rng.normal(0, 0.08, len(years))).round(2)
        old = 3.9 - 0.45 * (years - FIRST_YEAR) + 1.2 * shock + rng.normal(0, 0.05, len(years))
        new = 2.6 - 0.4 * (years - 2024) + rng.normal(0, 0.05, len(years))
        extreme = np.where(years < 2024, old, new).clip(0.4).round(2)
        people = (persons * 1.004 ** (years - region.date.year)).round(-1)
        parts.append(
            pd.DataFrame(
                {
                    "kode_wilayah": place, "nama_wilayah": name, "tahun": years, "p0": p0,
                    "p1": (p0 * 0.155).round(2), "p2": (p0 * 0.037).round(2),
                    "garis_kemiskinan": (412_000 * 1.055 ** (years - FIRST_YEAR)).round(0).astype(int),
                    "persentase_miskin_ekstrem": extreme,
                    "jumlah_miskin_ekstrem": (people * extreme / 100).round(0).astype(int) if place == code else "",
                    "sumber": OFFICIAL_SOURCE,
                }
            )
        )  # fmt: skip
    path = folder / "angka_resmi.csv"
    pd.concat(parts, ignore_index=True).to_csv(path, index=False)
    return path


def office_texts() -> dict[tuple[str, str], str]:
    """(document, place) -> what the secretariat of the synthetic regency would write itself, marked as invented."""
    return {
        ("rpkd", "problem_tree"): (
            "Contoh isian (fiktif), untuk diganti dengan hasil diskusi TKPK.\n"
            "Masalah pokok: pengeluaran keluarga termiskin belum cukup untuk kebutuhan dasar.\n"
            "Penyebab langsung: penghasilan musiman dari kebun dan laut; hasil dijual mentah lewat perantara.\n"
            "Penyebab tidak langsung: jalan desa rusak pada musim hujan; keterampilan kerja dan modal terbatas.\n"
            "Akar masalah: layanan dasar jauh dari desa hulu; pendataan keluarga belum diperbarui setiap tahun."
        ),
        ("rpkd", "decreed_persons"): "1.150",
        ("rpkd", "target/P0"): "8,5%",
        ("rpkd", "target/pockets"): "0",
    }

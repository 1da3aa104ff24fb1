"""What an office would receive about the synthetic regency, file by file."""

from pathlib import Path

import numpy as np
import pandas as pd

from data.demo import DemoRegion
from data.demo_annual_plan import write_annual_plan
from data.demo_dtsen import write_dtsen
from data.demo_p3ke import write_p3ke
from data.demo_plans import write_official, write_plans
from data.demo_survey import write_survey

__all__ = ["write_dtsen", "write_office_files", "write_recipients"]

SPELLINGS = {
    "PKH": ("PKH", "PKH", "pkh", "Program Keluarga Harapan"),
    "SEMBAKO": ("SEMBAKO", "BPNT", "BPNT/SEMBAKO", "Program Sembako"),
    "PIP": ("PIP", "PIP", "Program Indonesia Pintar"),
    "BLT-DD": ("BLT-DD", "BLT DD", "BLT Dana Desa"),
    "KUR": ("KUR", "Kredit Usaha Rakyat"),
    "UMI": ("UMi", "Pembiayaan Ultra Mikro"),
    "BSPS": ("BSPS", "Bedah Rumah"),
    "DAERAH": ("Bantuan Daerah", "BANSOS DAERAH"),
}
SEED_STREAM = 1
ONE_KEY_ONLY = 0.04  # of rows have no NIK, and as many no KK


def write_recipients(region: DemoRegion, folder: Path) -> Path:
    """CSV with columns nik, no_kk, program, periode_mulai, periode_selesai; all programmes but PBI.

    A family's programme stands under the NIK of its head. Some Sembako rows are written BPNT, a few families
    stand under both; a few recipients are in no family of the register (counts in `region.dirt`).
    """
    rng = np.random.default_rng([region.seed, SEED_STREAM])
    enrolments = region.enrolments
    family = enrolments["family"].to_numpy()
    person = np.where(enrolments["person"] >= 0, enrolments["person"], region.families["head_row"].to_numpy()[family])
    draw = rng.random(len(enrolments))
    rows = pd.DataFrame(
        {
            "nik": region.persons["nik"].to_numpy()[person],
            "no_kk": region.families["family_id"].to_numpy()[family],
            "program": [
                SPELLINGS[code][int(luck * len(SPELLINGS[code]))]
                for code, luck in zip(enrolments["programme"], draw, strict=True)
            ],
            "periode_mulai": enrolments["period_from"],
            "periode_selesai": enrolments["period_to"],
        }
    )
    luck = rng.random(len(rows))
    rows.loc[luck < ONE_KEY_ONLY, "nik"] = ""
    rows.loc[luck > 1 - ONE_KEY_ONLY, "no_kk"] = ""

    sembako = np.flatnonzero((enrolments["programme"] == "SEMBAKO") & (rows["program"] != "BPNT"))
    doubled = rows.iloc[np.sort(rng.permutation(sembako)[: region.dirt["recipient_doubled"]])]
    strangers = rows.iloc[np.sort(rng.permutation(len(rows))[: region.dirt["recipient_unknown"]])]
    numbers = np.arange(len(strangers))
    day, year = numbers % 28 + 1, 60 + numbers % 40
    born = [f"{d:02d}05{y}" for d, y in zip(day, year, strict=True)]  # district 99 has no families
    strangers = strangers.assign(
        nik=[f"990199{date}{number // 28 + 1:04d}" for date, number in zip(born, numbers, strict=True)],
        no_kk=[f"990199{date}{number // 28 + 5001:04d}" for date, number in zip(born, numbers, strict=True)],
    )
    rows = pd.concat([rows, doubled.assign(program="BPNT"), strangers], ignore_index=True)
    path = folder / "penerima_program.csv"
    rows.to_csv(path, index=False, date_format="%Y-%m-%d")
    return path


def write_office_files(region: DemoRegion, folder: Path, boundaries_geojson: str | None) -> dict[str, Path]:
    """All files by role, in a folder that is made if need be.

    `boundaries_geojson` is the text of the village polygons (properties kode, nama); without it there is no role
    `boundaries`. The truth (family_id, village_code, size, consumption, p3ke_id) lists every family.
    Takes about a minute for 60,000 families, most of it the P3KE workbooks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = write_dtsen(region, folder)
    paths["p3ke_family"], paths["p3ke_person"] = write_p3ke(region, folder)
    paths["recipients"] = write_recipients(region, folder)
    paths["survey"], paths["survey_person"] = write_survey(region, folder)
    paths |= write_plans(region, folder)
    paths |= write_annual_plan(region, folder)
    paths["official"] = write_official(region, folder)
    if boundaries_geojson is not None:
        paths["boundaries"] = folder / "batas_desa.geojson"
        paths["boundaries"].write_text(boundaries_geojson, encoding="utf-8")
    paths["population"] = folder / "penduduk_acuan.csv"
    region.population.to_csv(paths["population"], index=False)
    paths["truth"] = folder / "truth.csv"
    region.truth[["family_id", "village_code", "size", "consumption", "p3ke_id"]].to_csv(paths["truth"], index=False)
    return paths

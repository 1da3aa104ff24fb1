"""What people of the synthetic regency write into its annual plan: SIPD codes, proposals of villages, edits, reports.

All invented; the codes are of no real list and say so. Drawn apart from everything else, like `data.demo_plans`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.demo import DemoRegion

SEED_STREAM = 12
PROPOSALS = 14
SUB_ACTIVITIES = (
    ("9.99.05.2.01.0001", "Program perlindungan sosial (contoh)", "Penyediaan bantuan sosial (contoh)",
     "Fasilitasi bantuan sosial keluarga (contoh)"),
    ("9.99.05.2.02.0003", "Program perlindungan sosial (contoh)", "Pemutakhiran data kesejahteraan (contoh)",
     "Verifikasi dan pengusulan calon penerima (contoh)"),
    ("9.99.02.2.02.0006", "Program pelayanan kesehatan (contoh)", "Jaminan kesehatan masyarakat (contoh)",
     "Pembayaran iuran peserta tidak mampu (contoh)"),
    ("9.99.03.2.10.0011", "Program jalan desa (contoh)", "Padat karya tunai (contoh)",
     "Pemeliharaan jalan dengan padat karya (contoh)"),
    ("9.99.04.2.03.0002", "Program perumahan rakyat (contoh)", "Perbaikan rumah tidak layak huni (contoh)",
     "Stimulan perbaikan rumah swadaya (contoh)"),
)  # fmt: skip
# title, unit, least and most of the unit, rupiah for each
WISHES = (
    ("Rabat jalan dusun", "meter", 80, 400, 450_000),
    ("Jamban keluarga", "unit", 5, 30, 4_500_000),
    ("Sumur bor dan pipa air bersih", "unit", 1, 3, 85_000_000),
    ("Perbaikan rumah tidak layak huni", "unit", 3, 12, 20_000_000),
    ("Pelatihan mengolah hasil laut", "orang", 10, 40, 1_200_000),
)  # fmt: skip
REASONS = ("Pagu tahun ini habis untuk usulan yang lebih mendesak.", "Bukan kewenangan kabupaten.")
DECIDED, TAKEN = 0.8, 0.45


def write_annual_plan(region: DemoRegion, folder: Path) -> dict[str, Path]:
    """CSV files by role: `sub_activities` (SIPD codes) and `village_proposals` (of the year after the data)."""
    paths = {"sub_activities": folder / "sipd_contoh.csv", "village_proposals": folder / "usulan_desa.csv"}
    heads = ["Kode", "Program", "Kegiatan", "Sub Kegiatan"]
    pd.DataFrame(list(SUB_ACTIVITIES), columns=heads).to_csv(paths["sub_activities"], index=False)
    _proposals(region).to_csv(paths["village_proposals"], index=False)
    return paths


def _proposals(region: DemoRegion) -> pd.DataFrame:
    """Villages that lack more ask for more; one asks twice."""
    rng = _rng(region)
    villages = region.villages.sort_values(["wealth", "code"]).head(PROPOSALS)
    wishes = [WISHES[place] for place in rng.integers(0, len(WISHES), len(villages))]
    rows = [
        (village["code"], village["district"], village["name"], title, amount := int(rng.integers(least, most + 1)),
         unit, amount * each)
        for village, (title, unit, least, most, each) in zip(villages.to_dict("records"), wishes, strict=True)
    ]  # fmt: skip
    columns = ["Kode Desa", "Kecamatan", "Desa/Kelurahan", "Usulan", "Volume", "Satuan", "Anggaran"]
    return pd.DataFrame(rows, columns=columns)


def decisions(region: DemoRegion, numbers: list[int]) -> dict[int, tuple[bool | None, str]]:
    """What people decided of the proposals of these numbers; some are still open."""
    rng = _rng(region)
    found: dict[int, tuple[bool | None, str]] = {}
    for number in numbers:
        decided, taken, why = rng.random() < DECIDED, rng.random() < TAKEN, REASONS[int(rng.integers(len(REASONS)))]
        if decided:
            found[number] = (True, "") if taken else (False, why)
    return found


def plan_cells(region: DemoRegion) -> dict[int, list[tuple[str, str, Any, str | None]]]:
    """Year -> what people wrote over the proposals, as `data.plan_entries.save_edits` takes it."""
    many = len(region.families)
    sembako = [*_chosen("SEMBAKO", SUB_ACTIVITIES[0]), ("SEMBAKO", "office", "Dinas Sosial", None)]
    health = _chosen("PBI-JKN", SUB_ACTIVITIES[2])
    target = many // 120
    return {
        region.date.year: [
            *sembako, *health, ("SEMBAKO", "target", target, None), ("SEMBAKO", "budget", 2_400_000 * target, None),
            ("SEMBAKO", "fund", "APBD kabupaten", None),
        ],
        region.date.year + 1: [*sembako, *health, ("PKH", "fund", "APBN, verifikasi dari APBD kabupaten", None),
                               ("PIP", "target", many // 50, None)],
    }  # fmt: skip


def _chosen(key: str, listed: tuple[str, str, str, str]) -> list[tuple[str, str, Any, str | None]]:
    """The cells of a row for which a code of the list was chosen; the central programme keeps its name."""
    code, _, activity, title = listed
    return [(key, "sub_code", code, None), (key, "activity", activity, None), (key, "sub_activity", title, None)]


def own_row(region: DemoRegion) -> dict[str, Any]:
    """A row people added to the plan of both years."""
    code, programme, activity, title = SUB_ACTIVITIES[3]
    return {
        "problem": "Jalan ke desa kantong rusak, sedangkan banyak keluarga tidak berpenghasilan pada musim barat",
        "programme": programme, "activity": activity, "sub_activity": title, "sub_code": code,
        "indicator": "Anggota keluarga miskin ekstrem yang bekerja sedikitnya 20 hari",
        "target": len(region.families) // 200, "target_unit": "orang", "location": "Desa dengan jalan rusak",
        "beneficiaries": "Anggota usia kerja keluarga miskin ekstrem",
        "budget": 2_500_000 * (len(region.families) // 200), "fund": "APBD kabupaten", "office": "Dinas PUPR",
    }  # fmt: skip


def reports(region: DemoRegion) -> dict[int, dict[str, tuple[Any, Any]]]:
    """Quarter -> row -> rupiah and recipients of the data's own year; what is not here nobody reported."""
    families, workers = len(region.families) // 120, len(region.families) // 200
    people = len(region.families) // 60
    return {
        1: {"SEMBAKO": (600_000 * families, families * 9 // 10), "PBI-JKN": (126_000 * people, people)},
        2: {"SEMBAKO": (540_000 * families, families * 8 // 10), "hand-1": (1_500_000 * workers, workers * 3 // 5)},
    }


def _rng(region: DemoRegion) -> np.random.Generator:
    return np.random.default_rng([region.seed, SEED_STREAM])

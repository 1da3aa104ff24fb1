"""Targeting errors on their way out: counts protected, rates from the counts that leave."""

import pandas as pd

from analytics.targeting import Targeting
from reports.provenance import Provenance
from reports.tables import aggregate_export

HEADERS = {
    "programme": "Program", "group_name": "Kelompok", "value": "Kode kelompok", "name": "Nama kelompok",
    "eligible_families": "Layak (keluarga)", "recipients_families": "Penerima (keluarga)",
    "both_families": "Layak dan menerima (keluarga)", "total_families": "Semua (keluarga)",
    "eligible_persons": "Layak (jiwa)", "recipients_persons": "Penerima (jiwa)",
    "both_persons": "Layak dan menerima (jiwa)", "total_persons": "Semua (jiwa)", "reached": "Tercakup dari yang layak",
    "right": "Penerima yang layak",
}  # fmt: skip


def targeting_export(found: Targeting, provenance: Provenance) -> bytes:
    """Errors by programme and group as XLSX.

    Exclusion error is 1 less the column `Tercakup dari yang layak`, inclusion error 1 less `Penerima yang layak`; the
    latter stays away where recipients outside the list are not seen.
    """
    rows = found.rows.copy()
    rows["value"] = rows["value"].where(rows["group"] != "all", "semua")
    rates = {"reached": ("both_families", "eligible_families")}
    if not found.truncated:
        rates["right"] = ("both_families", "recipients_families")
    names = pd.Series(rows["name"]).where(rows["name"].notna(), "tidak diketahui")
    return aggregate_export(
        rows.assign(name=names), provenance, name="Galat sasaran", title="Galat sasaran tiap program", headers=HEADERS,
        keys=["programme", "group_name", "value"], labels={"value": ["name"]}, rates=rates,
        counts={
            f"{count}_families": [f"{count}_persons"] for count in ("total", "eligible", "recipients", "both")
        },
    )  # fmt: skip

"""The verval priority list: families whose recorded decile is doubted, for the officers who go and see.

By name, so through the same door as the village sheet: purpose, recipient, masked identity, a line in the record.
"""

import re
from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.inconsistent import LOOKS_NAMES, Looks, inconsistent_families
from analytics.scope import Scope
from data.errors import Refused
from data.store import Store
from reports import audit
from reports.provenance import provenance
from reports.traits import contradictions
from reports.verval import PRESENCE, families_to_visit, workbook

ACTION = "verval_priority"
AREA = re.compile(r"\d{2}\.\d{2}\.\d{2}(\.\d{4})?")
FINDING = (
    "Keadaan sesuai desil tercatat",
    "Keadaan tidak sesuai desil tercatat",
    "Ciri yang tercatat keliru",
    "Belum dapat dinilai",
)
HEADERS = {
    "place": "No.",
    "village_name": "Desa/kelurahan",
    "pseudonym": "Nomor semu keluarga",
    "head_nik": "NIK kepala keluarga (4 angka terakhir)",
    "head_name": "Nama kepala keluarga (disamarkan)",
    "address": "Alamat",
    "size": "Jumlah anggota",
    "looks_name": "Arah",
    "decile_recorded": "Desil tercatat",
    "decile_expected": "Desil menurut ciri",
    "reason": "Mengapa diragukan",
    "presence": "Keberadaan",
    "finding": "Temuan petugas",
    "remark": "Catatan petugas",
    "visited": "Tanggal kunjungan",
    "officer": "Petugas",
}


def priority_workbook(
    store: Store,
    scope: Scope,
    looks: tuple[Looks, ...],
    purpose: str,
    recipient: str,
    requested_by: str | None = None,
) -> tuple[str, bytes]:
    """File name (area and day, nothing personal) and bytes; the furthest from the usual decile first.

    The scope's region must be one district or village. Refused `area_required`, `list_empty`, and as `audit.record`
    refuses.
    """
    purpose, recipient, by = audit.checked(purpose, recipient, requested_by)
    if not AREA.fullmatch(scope.region):
        raise Refused(
            "area_required", "Pilih satu kecamatan atau desa/kelurahan; daftar dibuat untuk satu wilayah itu."
        )
    doubted = inconsistent_families(store, scope, looks, limit=None)
    if doubted.empty:
        raise Refused("list_empty", "Tidak ada keluarga tidak konsisten di wilayah itu; pilih wilayah atau arah lain.")
    families = _table(doubted, families_to_visit(store, replace(scope, definition="recorded")))
    choices = {"presence": PRESENCE, "finding": FINDING}
    content = workbook(
        families, "Prioritas verval", "Daftar prioritas verval", HEADERS, choices, provenance(store, scope), purpose,
        recipient,
    )  # fmt: skip
    audit.record(store, ACTION, scope, purpose, recipient, len(families), by)
    return f"prioritas_verval_{scope.region}_{date.today():%Y-%m-%d}.xlsx", content


def _table(doubted: pd.DataFrame, identity: pd.DataFrame) -> pd.DataFrame:
    found = doubted.merge(identity[["pseudonym", "head_nik", "head_name", "address"]], on="pseudonym", how="left")
    return found.assign(
        place=range(1, len(found) + 1),
        village_name=found["name"].fillna(found["village"]),
        looks_name=found["looks"].map(LOOKS_NAMES),
        decile_expected=found["decile_expected"].round(1),
        reason=contradictions(found),
    )

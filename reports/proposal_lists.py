"""Proposals by name, with what was decided of each family, through the one by-name door (see `reports.verval`)."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.combinations import held_programmes
from analytics.proposals import DECISIONS, PROPOSALS, proposals, proposed_families
from analytics.scope import Scope
from analytics.text import day
from data.errors import Refused
from data.store import Store
from reports import audit
from reports.provenance import provenance
from reports.verval import families_to_visit, workbook

ACTION = "proposal_list"
AREA = re.compile(r"\d{2}\.\d{2}\.\d{2}(\.\d{4})?")
HEADERS = {
    "place": "No.",
    "village_name": "Desa/kelurahan",
    "pseudonym": "Nomor semu keluarga",
    "head_nik": "NIK kepala keluarga (4 angka terakhir)",
    "head_name": "Nama kepala keluarga (disamarkan)",
    "address": "Alamat",
    "size": "Jumlah anggota",
    "decile": "Desil",
    "programmes": "Program yang diterima",
    "why": "Mengapa diusulkan",
    "decision_name": "Keputusan terakhir",
    "decision_reason": "Alasan keputusan",
    "decided_by": "Diputuskan oleh",
    "decided_on": "Tanggal keputusan",
    "finding": "Keputusan baru",
    "remark": "Catatan petugas",
    "visited": "Tanggal kunjungan",
    "officer": "Petugas",
}


def proposal_workbook(
    store: Store, scope: Scope, name: str, purpose: str, recipient: str, requested_by: str | None = None
) -> tuple[str, bytes]:
    """File name (area and day, nothing personal) and bytes of one proposal's list; name: of `Proposals.rows`.

    The scope's region must be one district or village. Refused `area_required`, `list_empty`,
    `proposal_unavailable`, and as `audit.record` refuses.
    """
    purpose, recipient, by = audit.checked(purpose, recipient, requested_by)
    if not AREA.fullmatch(scope.region):
        raise Refused(
            "area_required", "Pilih satu kecamatan atau desa/kelurahan; daftar dibuat untuk satu wilayah itu."
        )
    held = held_programmes(store, scope)
    found = proposals(store, scope, held=held)
    families = proposed_families(store, found, name, held)
    if families.empty:
        raise Refused("list_empty", "Tidak ada keluarga yang diusulkan di wilayah itu; pilih wilayah atau usulan lain.")
    kind = found.kinds[name]
    title = f"{PROPOSALS[kind.proposal]} ({kind.programme})"
    identity = families_to_visit(store, replace(scope, definition="recorded"))
    content = workbook(
        _table(families, identity), "Usulan", title, HEADERS, {"finding": tuple(DECISIONS.values())},
        provenance(store, scope), purpose, recipient,
    )  # fmt: skip
    audit.record(store, ACTION, scope, purpose, recipient, len(families), by)
    return f"usulan_{scope.region}_{date.today():%Y-%m-%d}.xlsx", content


def _table(families: pd.DataFrame, identity: pd.DataFrame) -> pd.DataFrame:
    found = families.merge(identity[["pseudonym", "head_nik", "head_name", "address"]], on="pseudonym", how="left")
    return found.assign(
        place=range(1, len(found) + 1),
        village_name=found["name"].fillna(found["village"]),
        decision_name=found["decision"].map(DECISIONS),
        decision_reason=found["reason"],
        decided_on=found["decided_at"].map(day, na_action="ignore").astype(object),
    )

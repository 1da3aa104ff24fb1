"""The one way from a NIK to a family: exact, recorded, and answered with pseudonyms only."""

from analytics.family_trace import find_by_nik
from analytics.scope import Scope
from data.errors import Refused
from data.store import Store
from reports import audit

ACTION = "nik_search"
RECIPIENT = "layar Telusur keluarga"


def search_nik(
    store: Store, scope: Scope, nik: str, purpose: str, requested_by: str | None = None
) -> tuple[str, ...]:  # fmt: skip
    """Pseudonyms of the families in which somebody has this NIK (16 digits), never empty.

    The search is on record before its answer is known to the caller, a search without an answer too; the record holds
    the pseudonyms, never the NIK. Refused `nik_invalid`, `nik_unknown`, and as `audit.record` refuses.
    """
    purpose, recipient, by = audit.checked(purpose, RECIPIENT, requested_by)
    found = find_by_nik(store, scope.snapshot_id, nik)
    audit.record(store, ACTION, scope, purpose, recipient, len(found), by, found)
    if not found:
        raise Refused(
            "nik_unknown",
            "NIK itu tidak ada dalam data ini; periksa angkanya, atau cari keluarganya lewat desa.",
        )
    return found

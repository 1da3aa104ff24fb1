"""The field form of local criteria: families nobody can judge yet, with the clauses to answer, for who goes and sees.

By pseudonym and village only, through the same door as the village sheet: purpose, recipient, a line in the record.
"""

import re
from datetime import date

from analytics.criteria_open import open_families
from analytics.scope import Scope
from data.criteria import default_rules
from data.criteria_rules import Clause
from data.errors import Refused
from data.load_criteria import ANSWERS, PSEUDONYM, RULES, VISITED, clause_header
from data.store import Store
from reports import audit
from reports.provenance import provenance
from reports.verval import workbook

ACTION = "criteria_form"
AREA = re.compile(r"\d{2}\.\d{2}\.\d{2}(\.\d{4})?")


def criteria_form(
    store: Store, scope: Scope, purpose: str, recipient: str, requested_by: str | None = None
) -> tuple[str, bytes]:
    """File name (rules, area and day, nothing personal) and bytes; one row per family that cannot be judged.

    Its columns are the clauses that some of these families leave open. The scope's region must be one district or
    village. Refused `area_required`, `form_empty`, and as `audit.record` refuses.
    """
    purpose, recipient, by = audit.checked(purpose, recipient, requested_by)
    if not AREA.fullmatch(scope.region):
        raise Refused(
            "area_required", "Pilih satu kecamatan atau desa/kelurahan; formulir dibuat untuk satu wilayah itu."
        )
    rules = scope.rules or default_rules()
    families = open_families(store, scope)
    asked = {f"j{place}": clause for place, clause in enumerate(rules.clauses) if families[f"j{place}"].isna().any()}
    if families.empty:
        raise Refused(
            "form_empty", "Tidak ada keluarga yang belum dapat dinilai di wilayah itu; pilih wilayah atau aturan lain."
        )
    families = families.assign(place=range(1, len(families) + 1), ruleset=rules.name)
    choices = dict.fromkeys(asked, tuple(ANSWERS))
    title = f"Formulir kriteria ({rules.title})"
    content = workbook(
        families, "Kriteria", title, _headers(asked), choices, provenance(store, scope), purpose, recipient
    )
    audit.record(store, ACTION, scope, purpose, recipient, len(families), by)
    return f"kriteria_{rules.name}_{scope.region}_{date.today():%Y-%m-%d}.xlsx", content


def _headers(asked: dict[str, Clause]) -> dict[str, str]:
    start = {"place": "No.", "village_name": "Desa/kelurahan", "pseudonym": PSEUDONYM, "ruleset": RULES}
    clauses = {column: clause_header(clause.key, clause.label) for column, clause in asked.items()}
    return start | clauses | {"remark": "Catatan petugas", "visited": VISITED, "officer": "Petugas"}

"""The steps of `targeting.sql` and `targeting_incidence.sql` that depend on the programmes asked for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from analytics.eligibility import POOR_HOUSING, eligible_sql
from analytics.gap_target import cost_sql, targets
from data.errors import Refused
from data.reference import Eligibility

# Columns of the step `judged`; "all" is the whole scope. The same groups as `pmt_groups`, and the village.
GROUPS = ("all", "district", "village", "head_sex", "elderly", "disability", "size")
GROUP_NAMES: dict[str, str] = {
    "all": "Semua", "district": "Kecamatan", "village": "Desa/kelurahan", "head_sex": "Jenis kelamin kepala keluarga",
    "elderly": "Lansia dalam keluarga", "disability": "Penyandang disabilitas dalam keluarga",
    "size": "Jumlah anggota keluarga",
}  # fmt: skip
VALUE_NAMES: dict[tuple[str, str], str] = {
    ("head_sex", "male"): "Kepala keluarga laki-laki", ("head_sex", "female"): "Kepala keluarga perempuan",
    ("elderly", "yes"): "Ada lansia", ("elderly", "no"): "Tanpa lansia",
    ("disability", "yes"): "Ada penyandang disabilitas", ("disability", "no"): "Tanpa penyandang disabilitas",
    ("size", "1-2"): "1–2 anggota", ("size", "3-4"): "3–4 anggota", ("size", "5-6"): "5–6 anggota",
    ("size", "7+"): "7 anggota atau lebih",
}  # fmt: skip
Rules = Mapping[str, Eligibility | None]


def amounts(codes: tuple[str, ...], on: date) -> dict[str, str]:
    """Programme -> SQL of the rupiah a year one family gets, by data/reference/unit_costs.yaml; programmes without an
    amount in force are not in it. A part that is not known adds nothing; null where nothing else pays either.

    Raises Refused `cost_part_unknown`.
    """
    found = {}
    for target in targets(on):
        if target.code in codes and target.cost is not None:
            rupiah, incomplete = cost_sql(target)
            found[target.code] = f"CASE WHEN NOT ({incomplete}) OR {rupiah} > 0 THEN {rupiah} END"
    return found


def judged_steps(rules: Rules, on: date) -> tuple[dict[str, str], dict[str, Any]]:
    """The steps that judge a family against programmes (poor_housing, conditions, amounts), and their bound values.

    A programme without a rule has nobody eligible here; what depends on eligibility is taken away afterwards.
    """
    priced = amounts(tuple(rules), on)
    bound: dict[str, Any] = {"programmes": list(rules)}
    conditions, rupiah, asks_for_house = [], [], False
    for place, (code, rule) in enumerate(rules.items()):
        condition, values = ("false", {}) if rule is None else eligible_sql(code, rule, place)
        bound |= values
        conditions.append(f"({condition}) AS e{place}")
        rupiah.append(f"{priced.get(code, 'CAST(NULL AS DOUBLE)')} AS r{place}")
        asks_for_house = asks_for_house or "q.poor_housing" in condition
    steps = {
        "poor_housing": POOR_HOUSING if asks_for_house else "CAST(NULL AS BOOLEAN)",
        "conditions": ", ".join(conditions),
        "amounts": ", ".join(rupiah),
    }
    return steps, bound


def group_steps(rules: Rules, groups: tuple[str, ...]) -> dict[str, str]:
    """The steps of `targeting.sql` that group: bits per programme, sums of rupiah, grouping sets."""
    places = range(len(rules))
    keys = [group for group in groups if group != "all"]
    cells = "eligible, unknown, received"
    named = " ".join(f"WHEN grouping({key}) = 0 THEN " + "{}" for key in keys)
    return {
        "eligible_bits": _bits(f"e{place}" for place in places),
        "unknown_bits": _bits(f"e{place} IS NULL" for place in places),
        "amount_sums": ", ".join(f"sum(r{place}) AS r{place}" for place in places),
        "amount_of": " ".join(f"WHEN {place} THEN c.r{place}" for place in places),
        "group_name": f"CASE {named.format(*(repr(key) for key in keys))} ELSE 'all' END" if keys else "'all'",
        "group_value": f"CASE {named.format(*keys)} END" if keys else "CAST(NULL AS VARCHAR)",
        "sets": ", ".join(f"({cells})" if group == "all" else f"({group}, {cells})" for group in groups),
    }


def _bits(truths: Any) -> str:
    return " | ".join(f"(CASE WHEN {truth} THEN {1 << place} ELSE 0 END)" for place, truth in enumerate(truths))


def chosen_groups(group: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """All groups for None, else the one or those named. Raises Refused `group_unknown`."""
    asked = GROUPS if group is None else (group,) if isinstance(group, str) else group
    for name in asked:
        if name not in GROUPS:
            raise Refused("group_unknown", f"Kelompok {name} tidak dikenal; pilih salah satu dari {', '.join(GROUPS)}.")
    return asked

"""The steps of `targeting.sql` and `targeting_incidence.sql` that depend on the programmes asked for."""

from collections.abc import Mapping
from datetime import date

from analytics.eligibility import eligible_sql
from analytics.gap_target import cost_sql, targets
from data.errors import Refused
from data.reference import Eligibility, programmes

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


def judged_steps(rules: Rules, on: date, priced: bool) -> dict[str, str]:
    """The steps that judge a family: mask, conditions (e + place), amounts (r + place), join_amounts.

    A programme without a rule has nobody eligible here; what depends on eligibility is taken away afterwards. Amounts
    need what no page row holds, so they are null unless asked for (priced).
    """
    found = amounts(tuple(rules), on) if priced else {}
    at = places(rules)
    conditions = {at[code]: "false" if rule is None else eligible_sql(code, rule) for code, rule in rules.items()}
    rupiah = {at[code]: found.get(code, "CAST(NULL AS DOUBLE)") for code in rules}
    join = "LEFT JOIN family_feature AS x ON x.snapshot_id = $snapshot_id AND x.family_no = q.family_no"
    return {
        "mask": str(sum(1 << place for place in at.values())),
        "conditions": ", ".join(f"({condition}) AS e{place}" for place, condition in conditions.items()),
        "amounts": ", ".join(f"{amount} AS r{place}" for place, amount in rupiah.items()),
        "join_amounts": join if found else "",
    }


def places(rules: Rules) -> dict[str, int]:
    """Programme -> its place in the catalogue, hence its bit in the column `received`."""
    return {code: place for place, code in enumerate(programmes()) if code in rules}


def group_steps(rules: Rules, groups: tuple[str, ...], priced: bool) -> dict[str, str]:
    """The steps of `targeting.sql` that group: bits per programme, sums of rupiah, grouping sets."""
    at = places(rules).values()
    keys = [group for group in groups if group != "all"]
    cells = "eligible, unknown, received"
    named = " ".join(f"WHEN grouping({key}) = 0 THEN " + "{}" for key in keys)
    return {
        "eligible_bits": " | ".join(f"(CASE WHEN e{place} THEN {1 << place} ELSE 0 END)" for place in at),
        "unknown_bits": " | ".join(f"(CASE WHEN e{place} IS NULL THEN {1 << place} ELSE 0 END)" for place in at),
        # Sums of what is null throughout would take as long as those of numbers.
        "amount_sums": ", ".join(
            f"{f'sum(r{place})' if priced else 'CAST(NULL AS DOUBLE)'} AS r{place}" for place in at
        ),
        "amount_of": " ".join(f"WHEN {place} THEN c.r{place}" for place in at),
        "group_name": f"CASE {named.format(*(repr(key) for key in keys))} ELSE 'all' END" if keys else "'all'",
        "group_value": f"CASE {named.format(*keys)} END" if keys else "CAST(NULL AS VARCHAR)",
        "sets": ", ".join(f"({cells})" if group == "all" else f"({group}, {cells})" for group in groups),
    }


def chosen_groups(group: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """All groups for None, else the one or those named. Raises Refused `group_unknown`."""
    asked = GROUPS if group is None else (group,) if isinstance(group, str) else group
    for name in asked:
        if name not in GROUPS:
            raise Refused("group_unknown", f"Kelompok {name} tidak dikenal; pilih salah satu dari {', '.join(GROUPS)}.")
    return asked

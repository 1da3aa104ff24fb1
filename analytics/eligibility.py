"""Whom a programme is meant for, as SQL over the step `status` (analytics/definitions.py): the decile range and the
component of the rule in force."""

from difflib import get_close_matches

from data.errors import Refused
from data.reference import Eligibility

# What a programme rule may ask of a family: columns of family_page, with the words on screen.
COMPONENTS: dict[str, str] = {
    "any_pregnant": "ibu hamil",
    "any_disability": "penyandang disabilitas",
    "any_chronic": "anggota sakit kronis",
    "children_0_6": "anak 0–6 tahun",
    "children_7_18": "anak 7–18 tahun",
    "under_five": "anak 0–4 tahun",
    "school_age": "anak usia sekolah",
    "school_age_out": "anak usia sekolah yang tidak bersekolah",
    "elderly": "lansia",
    "poor_housing": "rumah tidak layak",
}

PLANNER = "Rentang desil pilihan perencana"


def with_deciles(own: Eligibility | None, cut: tuple[int, int] | None) -> Eligibility | None:
    """The programme's own rule with its deciles replaced by a planner's; the component stays.

    None without either. Raises Refused `cut_invalid` where the range is not within 1 to 10.
    """
    if cut is None:
        return own
    if not 1 <= cut[0] <= cut[1] <= 10:
        raise Refused(
            "cut_invalid", "Rentang desil harus di antara 1 dan 10, dengan batas bawah lebih dahulu, misalnya 1 dan 4."
        )
    changed = {"deciles": cut, "source": PLANNER, "status": "unverified"}
    if own is not None:
        return own.model_copy(update=changed)
    return Eligibility.model_validate({"from": "2022-06-08", **changed})


def eligible_sql(programme: str, rule: Eligibility, of: str = "q.") -> str:
    """SQL that is true, false or null (not known) for a family; of: the row's name. Its numbers are our own, from YAML
    or checked.

    A family outside the deciles is not eligible, whatever else is not known of it. Raises Refused
    `component_unknown`.
    """
    low, high = rule.deciles
    condition = f"{of}decile BETWEEN {int(low)} AND {int(high)}"
    if rule.component:
        condition += " AND (" + " OR ".join(f"{of}{component(programme, name)}" for name in rule.component) + ")"
    return condition


def component(programme: str, name: str) -> str:
    """The name, where a rule may ask for it. Raises Refused `component_unknown`."""
    if name in COMPONENTS:
        return name
    close = get_close_matches(name, COMPONENTS, 1)
    raise Refused(
        "component_unknown",
        f"Syarat {name} pada program {programme} di data/reference/programmes.yaml tidak dikenal; "
        f"gunakan {'mungkin ' + close[0] if close else 'salah satu dari ' + ', '.join(COMPONENTS)}.",
    )

"""What two snapshots cannot be compared in, as sentences."""

from analytics.comparability import Comparability, FieldComparison
from analytics.text import listing
from reports.words import LEVELS, LEVELS_OF, field

_UNITS = {"family": "keluarga", "household": "rumah tangga"}
_FRAMES = {"full": "semua keluarga", "truncated": "hanya bagian termiskin"}


def warnings(found: Comparability) -> list[str]:
    """What concerns all figures of the two: unit and frame. Empty where they agree."""
    first, second = found.first, found.second
    said = []
    if not found.same_unit:
        said.append(
            f"{first.label} mencatat {_UNITS[first.unit]}, {second.label} mencatat {_UNITS[second.unit]}; satu rumah "
            "tangga dapat berisi beberapa keluarga, jadi jumlahnya tidak dapat dibandingkan."
        )
    if not found.same_frame:
        said.append(
            f"{first.label} memuat {_FRAMES[first.frame]}, {second.label} memuat {_FRAMES[second.frame]}; selisih "
            "jumlahnya bukan perubahan kemiskinan."
        )
    return said


def answer(found: Comparability) -> str:
    """The sentence a reader sees first. Traits that only one of the two holds are counted in `absent`."""
    both = [one for one in found.fields if not (one.absent_first or one.absent_second)]
    other = [field(one.field) for one in both if one.state == "no"]
    partly = sum(one.state == "partly" for one in both)
    start = f"{sum(one.state == 'same' for one in both)} ciri dapat dibandingkan langsung"
    start += f", {partly} hanya sebagian golongannya" if partly else ""
    return f"{start}. **Jangan bandingkan {listing(other)}.**" if other else f"{start}."


def differing(found: Comparability) -> list[str]:
    """A line for each trait that both hold and that cannot be compared, or only in part; those not at all first."""
    both = [one for one in found.fields if not (one.absent_first or one.absent_second or one.state == "same")]
    lines = []
    for one in sorted(both, key=lambda one: one.state):
        name = field(one.field)
        how = "tidak dapat dibandingkan" if one.state == "no" else "hanya sebagian"
        lines.append(f"**{name[0].upper()}{name[1:]}** {how}. {reason(found, one)}")
    return lines


def absent(found: Comparability) -> list[str]:
    """For each of the two, a sentence with the traits only the other one holds."""
    said = []
    for label, names in (
        (found.first.label, [field(one.field) for one in found.fields if one.absent_first]),
        (found.second.label, [field(one.field) for one in found.fields if one.absent_second]),
    ):
        if names:
            said.append(f"**Tidak ada isinya dalam {label}**, jadi tidak dapat dibandingkan: {listing(names)}.")
    return said


def reason(found: Comparability, one: FieldComparison) -> str:
    """Why a field that both hold cannot be compared, or only in part; empty where it can."""
    first, second = found.first.label, found.second.label
    said = [
        f"{label} menanyakan {question}."
        for label, question in ((first, one.question_first), (second, one.question_second))
        if question
    ]
    for label, words in ((first, one.only_first), (second, one.only_second)):
        if words:
            named = listing([f"“{LEVELS_OF.get((one.field, word)) or LEVELS.get(word, word)}”" for word in words])
            said.append(f"Jawaban {named} hanya ada dalam {label}.")
    return " ".join(said)

"""What two snapshots cannot be compared in, as sentences."""

import pandas as pd

from analytics.comparability import Comparability, FieldComparison
from analytics.text import listing
from reports.words import LEVELS, LEVELS_OF, field

STATES = {"same": "Ya", "partly": "Sebagian", "no": "Tidak"}
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
    """The sentence a reader sees first."""
    other = [field(one.field) for one in found.fields if one.state == "no"]
    partly = sum(one.state == "partly" for one in found.fields)
    same = sum(one.state == "same" for one in found.fields)
    start = f"{same} dari {len(found.fields)} ciri dapat dibandingkan langsung"
    start += f", {partly} hanya sebagian golongannya" if partly else ""
    if not other:
        return f"{start}."
    rest = f", dan {len(other) - 4} ciri lain" if len(other) > 4 else ""
    return f"{start}. **Jangan bandingkan {listing(other[:4]) if not rest else ', '.join(other[:4])}{rest}.**"


def rows(found: Comparability) -> pd.DataFrame:
    """field, state, reason (Indonesian), the fields that are not comparable first; comparable ones are left out."""
    listed = sorted((one for one in found.fields if one.state != "same"), key=lambda one: one.state)
    return pd.DataFrame(
        [(field(one.field), STATES[one.state], reason(found, one)) for one in listed],
        columns=["field", "state", "reason"],
    )


def reason(found: Comparability, one: FieldComparison) -> str:
    """Why a field cannot be compared, or only in part; empty where it can."""
    first, second = found.first.label, found.second.label
    if one.absent_first or one.absent_second:
        return f"Tidak ada isinya dalam {first if one.absent_first else second}."
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

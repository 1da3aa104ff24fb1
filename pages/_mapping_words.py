"""Fields and cells of a mapped file in the words of the screen."""

from typing import Any

from reports.words import LEVELS, LEVELS_OF, field

_NAMES = {"family_id": "nomor rumah tangga", "survey_date": "tanggal pencacahan", "size_recorded": "jumlah anggota"}
_RELATIONS = {
    "head": "kepala", "spouse": "istri atau suami", "child": "anak", "child_in_law": "menantu", "grandchild": "cucu",
    "parent": "orang tua atau mertua", "servant": "pembantu atau sopir", "other": "lainnya",
}  # fmt: skip
_FLAGS = {"true": "ya", "false": "tidak"}


def label(name: str) -> str:
    """A canonical field of a survey."""
    return _NAMES.get(name) or field(name)


def word(name: str, value: Any) -> str:
    """A canonical word, a truth value or a number of this field."""
    text = str(value).removesuffix(".0")
    if text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    if name == "relation":
        return _RELATIONS.get(text, text)
    if name == "education" and text == "none":
        return "tidak tamat SD"
    return LEVELS_OF.get((name, text)) or LEVELS.get(text, text)

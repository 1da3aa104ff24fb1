"""Fields and cells of a mapped file in the words of the screen."""

from typing import Any

from analytics.text import number
from data.reference import programmes
from reports.words import LEVELS, LEVELS_OF, field

_NAMES = {
    "family_id": "nomor keluarga atau rumah tangga", "survey_date": "tanggal pencacahan",
    "size_recorded": "jumlah anggota", "province_code": "kode desa, bagian provinsi",
    "regency_code": "kode desa, bagian kabupaten/kota", "district_code": "kode desa, bagian kecamatan",
    "village_number": "kode desa, bagian nomor desa",
    "village_code": "kode desa (lengkap)", "programme": "nama program", "stunting_risk": "risiko stunting",
}  # fmt: skip
_RELATIONS = {
    "head": "kepala", "spouse": "istri atau suami", "child": "anak", "child_in_law": "menantu", "grandchild": "cucu",
    "parent": "orang tua atau mertua", "servant": "pembantu atau sopir", "other": "lainnya",
}  # fmt: skip
_STUNTING = {"at_risk": "berisiko", "not_at_risk": "tidak berisiko", "not_target": "bukan sasaran"}
_FLAGS = {"true": "ya", "false": "tidak"}


def label(name: str) -> str:
    """A canonical field; of a programme, whose columns say yes or no, that somebody receives it."""
    if name in programmes():
        return f"menerima {programmes()[name].name}"
    return _NAMES.get(name) or field(name)


def word(name: str, value: Any) -> str:
    """A canonical word, a truth value, a number, a date or a text of this field."""
    text = str(value).removesuffix(".0").removesuffix(" 00:00:00")
    if text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    if name == "programme":
        return programmes()[text].name if text in programmes() else text
    if name == "relation":
        return _RELATIONS.get(text, text)
    if name == "stunting_risk":
        return _STUNTING.get(text, text)
    if name == "education" and text == "none":
        return "tidak tamat SD"
    if isinstance(value, float) and not text.isdigit():
        return number(value, 1)
    return LEVELS_OF.get((name, text)) or LEVELS.get(text, text)

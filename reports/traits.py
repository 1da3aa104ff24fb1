"""A family's recorded traits as phrases of an Indonesian sentence: `berlantai keramik`, `tidak punya kulkas`."""

from typing import Any

import pandas as pd

from analytics.fields import FIELDS, title
from analytics.text import listing, number, percent
from reports.words import LEVELS, LEVELS_OF

_OPENINGS = {
    "floor": "berlantai", "wall": "berdinding", "roof": "beratap", "water": "air minum dari",
    "lighting": "penerangan", "power": "berdaya listrik", "fuel": "memasak dengan", "closet": "kloset",
    "wall_quality": "dinding", "roof_quality": "atap", "head_sex": "kepala keluarga",
    "head_marital": "kepala keluarga", "head_education": "kepala keluarga berpendidikan",
    "head_sector": "kepala keluarga bekerja di bidang", "head_work_status": "kepala keluarga bekerja sebagai",
    "head_occupation": "kepala keluarga", "best_education": "pendidikan tertinggi", "tenure": "menempati rumah",
}  # fmt: skip
# Where opening and level make no phrase.
_WHOLE = {
    ("water", "packaged"): "minum air kemasan", ("water", "rain"): "minum air hujan",
    ("water", "surface"): "minum air permukaan", ("fuel", "other"): "memasak dengan bahan bakar lain",
    ("toilet", "own"): "punya jamban sendiri", ("toilet", "shared"): "memakai jamban bersama",
    ("toilet", "none"): "tanpa jamban", ("toilet", "other"): "memakai jamban lain",
    ("lighting", "none"): "tanpa listrik", ("power", "none"): "tanpa daya listrik terpasang",
    ("fuel", "none"): "tidak memasak sendiri",
    ("head_education", "none"): "kepala keluarga tidak tamat SD",
    ("best_education", "none"): "tidak ada anggota yang tamat SD",
    ("head_occupation", "not_working"): "kepala keluarga tidak bekerja",
    ("head_occupation", "other"): "kepala keluarga bekerja di bidang lain",
    ("head_work_status", "own_account"): "kepala keluarga berusaha sendiri",
    ("head_work_status", "own_assisted"): "kepala keluarga berusaha dibantu pekerja",
    ("head_work_status", "unpaid"): "kepala keluarga bekerja tanpa dibayar",
}  # fmt: skip
_YES_NO = {
    "head_working": ("kepala keluarga bekerja", "kepala keluarga tidak bekerja"),
    "any_disability": ("ada penyandang disabilitas", "tanpa penyandang disabilitas"),
    "any_chronic": ("ada anggota sakit kronis", "tanpa anggota sakit kronis"),
    "any_pregnant": ("ada ibu hamil", "tanpa ibu hamil"),
}
_LIVESTOCK = ("cattle", "buffalo", "horse", "pig", "goat")


def trait(field: str, value: Any) -> str:
    """What a field of `analytics.fields` holds, as a phrase. value: as recorded, never null."""
    shape = FIELDS[field].shape
    if shape == "flag":
        yes, no = _YES_NO.get(field, (f"punya {title(field)}", f"tidak punya {title(field)}"))
        return yes if value else no
    if shape == "category":
        if (field, value) in _WHOLE:
            return _WHOLE[field, value]
        level = "jenis lain" if value == "other" else LEVELS_OF.get((field, value)) or LEVELS.get(value, value)
        return f"{_OPENINGS[field]} {level}"
    return _figure(field, value)


def _figure(field: str, value: Any) -> str:
    if field == "size":
        return f"beranggota {number(value)} jiwa"
    if field == "head_age":
        return f"kepala keluarga berumur {number(value)} tahun"
    if field == "floor_area":
        return f"luas lantai {number(value)} m²"
    if field == "per_capita_floor_area":
        return f"luas lantai {number(value, 1)} m² per jiwa"
    if field == "dependency":
        return f"{percent(value, 0)} anggota berumur di bawah 15 atau di atas 64 tahun"
    if field in _LIVESTOCK:
        return f"punya {number(value)} ekor {title(field)}" if value else f"tidak punya {title(field)}"
    return f"{number(value)} {title(field)}" if value else f"tanpa {title(field)}"


def contradictions(families: pd.DataFrame) -> list[str]:
    """Why each recorded decile is doubted, in one sentence. families: of `analytics.inconsistent`."""
    return [
        _contradiction(row["decile_recorded"], row["decile_expected"], row["reasons"])
        for row in families[["decile_recorded", "decile_expected", "reasons"]].to_dict("records")
    ]


def _contradiction(recorded: int, expected: float, reasons: list[tuple[str, Any]]) -> str:
    usual = f"keluarga bercirikan ini umumnya pada desil {number(expected)}."
    if not reasons:
        return f"Tercatat desil {recorded}; {usual}"
    return f"Tercatat desil {recorded}, tetapi {in_words(reasons)}; {usual}"


def in_words(reasons: list[tuple[str, Any]]) -> str:
    """Traits as one enumeration. reasons: (field, value), as `analytics.inconsistent` gives them."""
    return listing([trait(field, value) for field, value in reasons])

"""The columns a scorecard may use: what the register and a mapped survey both have, and nothing else.

Table `family` gives housing and assets, table `family_feature` what is derived from persons. A score
compiles to SQL over these names only (`analytics/model_card.py`).
"""

from dataclasses import dataclass, replace
from typing import Literal

from data.contracts import HOUSING, PERSONAL

Source = Literal["family", "feature"]
Shape = Literal["category", "flag", "count", "amount", "age", "ratio"]


@dataclass(frozen=True)
class ScoreField:
    """title: Indonesian. source: the table's alias in a compiled score. levels: the words a category may hold.

    not_asked: the column and its value (text or truth value) for which the question does not apply, so that a
    null is an answer and not a gap: a head who does not work has no sector.
    """

    title: str
    source: Source
    shape: Shape
    levels: tuple[str, ...] = ()
    not_asked: tuple[str, str | bool] | None = None


_HOUSING = {
    "tenure": "status rumah", "floor": "lantai", "wall": "dinding", "wall_quality": "mutu dinding", "roof": "atap",
    "roof_quality": "mutu atap", "water": "sumber air minum", "lighting": "penerangan", "power": "daya listrik",
    "fuel": "bahan bakar memasak", "toilet": "fasilitas BAB", "closet": "jenis kloset",
}  # fmt: skip
_HOME_FLAGS = {
    "septic": "tangki septik", "savings": "simpanan", "motorcycle": "sepeda motor", "car": "mobil",
    "bicycle": "sepeda", "boat": "perahu", "motorboat": "perahu motor", "refrigerator": "kulkas",
    "air_conditioner": "AC", "television": "televisi", "computer": "komputer", "smartphone": "telepon pintar",
    "gas_cylinder": "tabung gas", "water_heater": "pemanas air", "landline": "telepon rumah", "gold": "emas",
    "other_land": "lahan lain", "other_house": "rumah lain",
}  # fmt: skip
_LIVESTOCK = {"cattle": "sapi", "buffalo": "kerbau", "horse": "kuda", "pig": "babi", "goat": "kambing atau domba"}
_HEAD = {
    "sex": "jenis kelamin kepala keluarga", "marital": "status kawin kepala keluarga",
    "education": "pendidikan kepala keluarga", "sector": "lapangan usaha kepala keluarga",
    "work_status": "status pekerjaan kepala keluarga",
}  # fmt: skip
_PERSON_FLAGS = {
    "head_working": "kepala keluarga bekerja", "any_disability": "ada penyandang disabilitas",
    "any_chronic": "ada anggota sakit kronis", "any_pregnant": "ada ibu hamil",
}  # fmt: skip
_COUNTS = {
    "children_0_6": "anak 0 sampai 6 tahun", "children_7_18": "anak 7 sampai 18 tahun",
    "adults": "anggota 15 sampai 64 tahun", "elderly": "lansia", "school_age": "anak usia sekolah",
    "school_age_out": "anak usia sekolah yang tidak bersekolah", "under_five": "anak 0 sampai 4 tahun",
}  # fmt: skip


def _fields() -> dict[str, ScoreField]:
    # The risk of stunting is left out: a programme's own flag, not a trait a family shows.
    fields = {name: ScoreField(title, "family", "category", HOUSING[name]) for name, title in _HOUSING.items()}
    fields["closet"] = replace(fields["closet"], not_asked=("toilet", "none"))
    fields["head_occupation"] = ScoreField("pekerjaan kepala keluarga", "family", "category", PERSONAL["occupation"])
    fields |= {name: ScoreField(title, "family", "flag") for name, title in _HOME_FLAGS.items()}
    fields |= {name: ScoreField(title, "family", "count") for name, title in _LIVESTOCK.items()}
    fields["floor_area"] = ScoreField("luas lantai", "family", "amount")
    fields["size"] = ScoreField("jumlah anggota", "feature", "amount")
    fields["per_capita_floor_area"] = ScoreField("luas lantai per jiwa", "feature", "amount")
    fields["dependency"] = ScoreField("rasio ketergantungan", "feature", "ratio")
    fields["head_age"] = ScoreField("umur kepala keluarga", "feature", "age")
    for name, title in _HEAD.items():
        idle = ("head_working", False) if name in ("sector", "work_status") else None
        fields[f"head_{name}"] = ScoreField(title, "feature", "category", PERSONAL[name], idle)
    fields["best_education"] = ScoreField("pendidikan tertinggi keluarga", "feature", "category", PERSONAL["education"])
    fields |= {name: ScoreField(title, "feature", "flag") for name, title in _PERSON_FLAGS.items()}
    fields |= {name: ScoreField(title, "feature", "count") for name, title in _COUNTS.items()}
    return fields


FIELDS: dict[str, ScoreField] = _fields()


def title(field: str) -> str:
    """A field in Indonesian; a column the schema does not have under its own name."""
    return FIELDS[field].title if field in FIELDS else field


def column_sql(field: str) -> str:
    """Alias and column of a whitelisted field. KeyError for any other name."""
    return f"{FIELDS[field].source}.{field}"


def not_asked_sql(field: str) -> str | None:
    """SQL: the question does not apply to this family. None for a question put to all."""
    rule = FIELDS[field].not_asked
    if rule is None:
        return None
    name, value = rule
    literal = str(value) if isinstance(value, bool) else f"'{value}'"
    return f"{column_sql(name)} IS NOT DISTINCT FROM {literal}"

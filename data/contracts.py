"""The canonical schema: which tables there are and which words their category columns may hold."""

from pathlib import Path

_ROOM = Path(__file__).parent
_WORKBENCH = (_ROOM / "schema_workbench.sql").read_text(encoding="utf-8")
_DOCUMENTS = (_ROOM / "schema_documents.sql").read_text(encoding="utf-8")
SCHEMA = (_ROOM / "schema.sql").read_text(encoding="utf-8") + _WORKBENCH + _DOCUMENTS
SCHEMA_VERSION = "4"
# What a database of an older version lacks; only tables, and columns that may be null, can be added so.
_AGES = "ALTER TABLE person ADD COLUMN age_from INTEGER; ALTER TABLE person ADD COLUMN age_to INTEGER;"
UPGRADES = {"1": _AGES + _WORKBENCH + _DOCUMENTS, "2": _WORKBENCH + _DOCUMENTS, "3": _DOCUMENTS}
DERIVED = (Path(__file__).parent / "derived.sql").read_text(encoding="utf-8")

HOUSING: dict[str, tuple[str, ...]] = {
    "tenure": ("own", "rent", "free", "official", "other"),
    "floor": ("tile", "cement", "wood", "bamboo", "earth", "other"),
    "wall": ("brick", "wood", "bamboo", "zinc", "other"),
    "wall_quality": ("good", "poor"),
    "roof": ("concrete", "tile", "asbestos_zinc", "wood", "bamboo", "thatch", "other"),
    "roof_quality": ("good", "poor"),
    "water": (
        "packaged", "piped", "borehole", "protected_well", "unprotected_well",
        "protected_spring", "unprotected_spring", "surface", "rain", "other",
    ),
    "lighting": ("pln_metered", "pln_unmetered", "non_pln", "none"),
    "power": ("none", "le_900", "gt_900"),
    "fuel": ("gas_electric", "kerosene", "wood_charcoal", "other", "none"),
    "toilet": ("own", "shared", "none", "other"),
    "closet": ("gooseneck", "plengsengan", "pit"),
    "stunting_risk": ("at_risk", "not_at_risk", "not_target"),
}  # fmt: skip

PERSONAL: dict[str, tuple[str, ...]] = {
    "sex": ("male", "female"),
    "relation": ("head", "spouse", "child", "child_in_law", "grandchild", "parent", "servant", "other"),
    "marital": ("single", "married", "divorced", "widowed"),
    "education": ("none", "primary", "junior", "senior", "tertiary"),
    "school_level": ("primary", "junior", "senior", "tertiary"),
    "work_status": (
        "own_account", "own_assisted", "employer", "employee", "civil_servant", "casual", "unpaid",
    ),
    "sector": ("agriculture", "industry", "services"),
    "occupation": (
        "farmer", "fisher", "trader", "private_employee", "entrepreneur", "civil_servant",
        "official", "casual", "retired", "not_working", "other",
    ),
    "stunting_risk": HOUSING["stunting_risk"],
}  # fmt: skip

HEAD = {f"head_{name}": PERSONAL[name] for name in ("sex", "marital", "education", "occupation", "work_status")}

FAMILY_CATEGORIES = HOUSING | HEAD
PERSON_CATEGORIES = PERSONAL

ASSETS = (
    "motorcycle", "car", "bicycle", "boat", "motorboat", "refrigerator", "air_conditioner", "television",
    "computer", "smartphone", "gas_cylinder", "water_heater", "landline", "gold", "other_land", "other_house",
)  # fmt: skip
LIVESTOCK = ("cattle", "buffalo", "horse", "pig", "goat")

TEXT_KEPT = ("tenure", "floor", "wall", "roof", "water", "lighting", "power", "fuel", "toilet")

# Tables with a snapshot_id that a removed or half-made snapshot must leave empty.
SNAPSHOT_TABLES = (
    "snapshot", "import_file", "quarantine", "flag", "family", "family_identity", "person",
    "person_identity", "enrolment", "fitness", "run", "family_feature", "family_rank",
    "family_line", "village_line", "expected_model", "family_expected",
    "family_page", "coverage_cell",
)  # fmt: skip

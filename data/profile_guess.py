"""What a file's columns may be: headers and cells compared with those the shipped profiles know.

A proposal for a person to check, nothing more: a code means whatever the file's own codebook says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from rapidfuzz import fuzz, process

from data.columns import TELLS_ROWS_APART, Column
from data.contracts import FAMILY_CATEGORIES, PERSON_CATEGORIES
from data.headers import header_key
from data.mapping import MISSING, WHOLE_NUMBER, YES_NO
from data.profiles import shipped_profiles, spellings, value_key
from data.reference import programme_aliases, programmes

LEAST_SCORE = 70  # of 100: below it nothing is proposed
CLOSE_VALUE = 85  # rapidfuzz ratio from which a word is taken for a spelling of a known one
_NUMBERS = ("nik", "kk", "head_nik", "family_id")  # only these have sixteen digits; the last may have letters as well
NAME_SHARE = 0.6  # of the score, where the cells can be judged too
NAME_ALONE = 0.8  # of the score, where the header says the field in full and no cell is a known word
_LISTED = re.compile(r"^[0-9]{1,2} (?=[^0-9])")  # `4 PAPAN`: the answer's place in the questionnaire
_RUNNING = frozenset(("no", "nomor", "no_urut", "nomor_urut", "urut"))  # of rows: an id only where there is no other

# Words of a header that do not tell one question from another.
_COMMON_WORDS = """
jenis id kode no nomor status jumlah jml banyak banyaknya sumber utama terluas terbanyak aset bergerak tidak
kepemilikan kepunyaan memiliki punya milik ada yang dari dan atau untuk di rumah tempat tinggal bangunan rt ruta krt
fasilitas penggunaan m2 tertinggi terakhir pekerjaan dalam keluarga nama diduduki dimiliki
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_ROLE_NAMES: dict[str, tuple[str, ...]] = {
    "outcome": ("kapita", "pengeluaran_per_kapita", "pengeluaran_kapita", "konsumsi_per_kapita", "exp_cap", "expend",
                "pengeluaran", "pengeluaran_rumah_tangga", "konsumsi", "belanja", "belanja_rumah_tangga"),
    "weight": ("penimbang", "bobot", "penimbang_ruta", "weight", "wgt", "fwt", "wert", "weind"),
    "cluster": ("klaster", "cluster", "psu", "blok_sensus", "nks", "ea"),
    "district": ("kode_kecamatan", "kecamatan", "kec", "nama_kecamatan", "r103"),
}  # fmt: skip
_PER_PERSON = ("kapita", "cap", "jiwa", "orang", "pc")
_MORE_NAMES = {
    "family_id": (
        "id_rumah_tangga",
        "nomor_rumah_tangga",
        "no_rumah_tangga",
        "no_ruta",
        "idrt",
        "id_keluarga",
        "household_id",
        "hhid",
    ),
    "size_recorded": ("jml_art", "jumlah_art", "banyak_anggota", "hhsize", "jumlah_anggota_rumah_tangga"),
    "relation": ("hubungan_krt", "hubungan_dengan_krt", "hubungan_dengan_kepala_rumah_tangga"),
    "marital": ("status_perkawinan", "perkawinan"),
    "work_status": ("status_pekerjaan", "kedudukan_pekerjaan"),
    "sex": ("l_p", "lp", "jk", "jenkel", "kelamin"),
    "nik": ("nomor_induk_kependudukan", "no_ktp", "nomor_ktp"),
    "head_sex": ("l_p", "lp", "jk_krt", "jenis_kelamin_krt", "jenis_kelamin_kk", "kelamin_kepala_keluarga"),
    "head_nik": ("nik_krt", "nomor_induk_kependudukan", "nomor_induk_kependudukan_krt", "no_ktp"),
    "decile_national": ("desil", "kategori_sejahtera", "kategori_kesejahteraan", "tingkat_kesejahteraan"),
    "toilet": ("jamban", "wc", "kakus", "mck", "tempat_bab", "buang_air_besar"),
    "water": ("air_minum", "sumber_air", "air_bersih"),
    "lighting": ("penerangan", "listrik", "sumber_listrik"),
    "fuel": ("bahan_bakar", "bbm_memasak", "memasak"),
}  # fmt: skip


def categories(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The words a category field of this kind of file may hold."""
    if kind == "recipients":
        return {"programme": tuple(programmes())}
    return FAMILY_CATEGORIES if kind == "family" else PERSON_CATEGORIES


def propose_columns(columns: Sequence[Column], kind: str, types: Mapping[str, str]) -> dict[str, str]:
    """Field -> header, each header once; `types`: the fields asked for and their SQL types."""
    scored = [
        (score, field, column.header)
        for column in columns
        if header_key(column.header)
        for field, sql_type in types.items()
        if (score := _score(column, field, kind, sql_type)) >= LEAST_SCORE
    ]
    found: dict[str, str] = {}
    for _, field, header in sorted(scored, key=lambda entry: -entry[0]):
        if field not in found and header not in found.values():
            found[field] = header
    for field, column in _by_looks(columns, kind, types):
        if field not in found and column.header not in found.values():
            found[field] = column.header
    return {field: found[field] for field in types if field in found}


def _by_looks(columns: Sequence[Column], kind: str, types: Mapping[str, str]) -> Iterator[tuple[str, Column]]:
    """Fields that no header spoke for and the cells do: a code of ten digits, a number of sixteen."""
    for column in columns:
        if "village_code" in column.looks and kind == "family":
            yield "village_code", column
        elif "sixteen" in column.looks:
            # A person's number stands once in a file of persons, a family's as often as it has members.
            apart = column.apart >= TELLS_ROWS_APART
            yield ("nik" if kind != "family" and apart else "family_id"), column


def propose_roles(columns: Iterable[Column]) -> dict[str, str]:
    """Role (outcome, weight, cluster, district) -> header, where a header is close to one a role goes by."""
    found: dict[str, str] = {}
    free = {column.header: header_key(column.header) for column in columns if header_key(column.header)}
    for role, names in _role_names().items():
        scores = {header: max(_name_score(key, name) for name in names) for header, key in free.items()}
        best = max(scores, key=scores.__getitem__, default=None)
        if best is not None and scores[best] >= LEAST_SCORE:
            found[role] = best
            del free[best]
    return found


def is_per_person(header: str) -> bool:
    """An outcome's header says that it is per person already, so that no size is to divide it."""
    return any(word in header_key(header) for word in _PER_PERSON)


def propose_values(column: Column, field: str, kind: str, sql_type: str) -> dict[str, str | None]:
    """The column's own spelling -> canonical word (of a flag: "true" or "false"); None where nothing is close."""
    known = _known_values(field, kind, sql_type)
    return {value: _word(value, known) for value in column.values} if known else {}


def _word(value: str, known: Mapping[str, str | None]) -> str | None:
    key = value_key(value)
    if key in known:
        return known[key]
    key = _LISTED.sub("", key)
    if key in known:
        return known[key]
    if key.isdigit():
        return None
    close = process.extractOne(key, [word for word in known if not word.isdigit()], scorer=fuzz.token_sort_ratio,
                               score_cutoff=CLOSE_VALUE)  # fmt: skip
    if close:
        return known[close[0]]
    # `PAPAN`, where every known answer that has this word means the same.
    meant = {known[answer] for answer in known if set(key.split()) <= set(answer.split())}
    return meant.pop() if len(meant) == 1 else None


def _score(column: Column, field: str, kind: str, sql_type: str) -> float:
    """0 to 100: how close the header is to one the field goes by, and how far its cells are words of the field."""
    if field not in _NUMBERS if "sixteen" in column.looks else ("letters" in column.looks and field in _NUMBERS[:3]):
        return 0
    coded = field in categories(kind) or sql_type == "BOOLEAN"
    if coded and (column.many or not column.values):
        return 0
    if sql_type == "DOUBLE" and column.values and not column.numeric:
        return 0
    if sql_type == "INTEGER" and not all(WHOLE_NUMBER.fullmatch(value_key(value)) for value in column.values):
        return 0
    if field == "family_id" and header_key(column.header) in _RUNNING:
        return LEAST_SCORE
    name = max(_name_score(header_key(column.header), alias) for alias in _names(kind)[field])
    if not coded:
        return name
    known = _known_values(field, kind, sql_type)
    share = sum(_word(value, known) is not None for value in column.values) / len(column.values)
    if column.numeric or sql_type == "BOOLEAN":
        # A code or a yes may answer any question: it can speak against a field, not for it.
        return name * share
    return max(NAME_SHARE * name + (1 - NAME_SHARE) * 100 * share, NAME_ALONE * name)


def _name_score(key: str, alias: str) -> float:
    if key == alias:
        return 101  # a header as a shipped profile has it goes before any that is only close
    ours, theirs = _telling(key), _telling(alias)
    shared = len(set(ours) & set(theirs))
    # Of two names that both hold all the words of the other, the one that shares more words is closer.
    return max(
        fuzz.ratio(key, alias),
        0.9 * fuzz.token_set_ratio(" ".join(ours), " ".join(theirs)) + min(shared, 5) if ours and theirs else 0,
    )


def _telling(key: str) -> list[str]:
    words = key.split("_")
    # A single letter is a questionnaire's mark, as the `r` of `r101` or `kapita_r`: it tells nothing.
    return [word for word in words if word not in _COMMON and len(word) > 1] or words


@cache
def _names(kind: str) -> dict[str, set[str]]:
    """Field -> every header key it goes by in the shipped profiles, its own name among them."""
    names: dict[str, set[str]] = {}
    for profile in shipped_profiles().values():
        for table in profile.tables:
            if table.kind == kind:
                for field, rule in table.fields.items():  # one of several columns (any_of) is not the field
                    names.setdefault(field, {field}).update(rule.columns)
                for code, flags in table.programmes.items():
                    names.setdefault(code, set()).update(flags)
    for code, programme in programmes().items():
        names.setdefault(code, set()).update(header_key(alias) for alias in programme.aliases)
    for field, more in _MORE_NAMES.items():
        names.setdefault(field, {field}).update(more)
    return _Default(names)


class _Default(dict[str, set[str]]):
    def __missing__(self, field: str) -> set[str]:
        return {field}


@cache
def _role_names() -> dict[str, tuple[str, ...]]:
    rules = [profile.survey for profile in shipped_profiles().values() if profile.survey]
    return {role: (*names, *(key for rule in rules for key in getattr(rule, role)))
            for role, names in _ROLE_NAMES.items()}  # fmt: skip


@cache
def _known_values(field: str, kind: str, sql_type: str) -> dict[str, str | None]:
    """Spelling key -> word over all shipped profiles; where two disagree on a code, the demo's (DTSEN's) word."""
    known: dict[str, str | None] = {}
    if kind == "recipients":
        return {value_key(alias): code for alias, code in programme_aliases().items()} if field == "programme" else {}
    if field not in categories(kind) and sql_type != "BOOLEAN":
        return known
    shipped = shipped_profiles()
    for name in sorted(shipped, key=lambda name: name != "survey_demo"):
        for table in shipped[name].tables:
            if table.kind == kind and field in table.fields:
                for key, word in spellings(table.fields[field]).items():
                    known.setdefault(key, word)
    if sql_type == "BOOLEAN":
        known = known | {key: word for key, word in spellings(YES_NO).items() if key not in known}
    allowed = set(categories(kind).get(field, ("true", "false")))
    return {key: word for key, word in known.items() if word in allowed and key not in MISSING}

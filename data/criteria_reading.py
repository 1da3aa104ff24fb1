"""A region's own criteria of extreme poverty as a rule file: YAML that is data, never code.

A file names its source and holds one tree of groups (`all_of`, `any_of`, `none_of`, `at_least` k `of`) whose leaves
are the regulation's clauses in its order. A clause holds the regulation's own words as its label and a test `when`,
or several `readings` of it where the words allow more than one, the first of which is used unless another is chosen.
A test is a tree of the same groups whose leaves are comparisons on canonical columns, `{programme: CODE}` or
`{no_data: true}`; a clause without a test has no data at all. Everything is checked here, word by word: what leaves
this module names only columns of `data.criteria_fields` and programmes of the catalogue. The file shipped in
`data/reference/criteria/` is the example to start from.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from typing import Any

import yaml

from data.criteria_fields import CRITERIA_FIELDS, CriteriaField
from data.criteria_rules import Clause, Comparison, Group, NoData, Reading, Receives, RuleSet, Test, Value, printable
from data.errors import Refused
from data.plain_yaml import plain_yaml
from data.reference import Status, programmes

MOST_NODES, DEEPEST, LONGEST = 400, 12, 800
_REGION = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")  # text: unquoted, YAML reads 19.70 as 19.7
_GROUPS = ("all_of", "any_of", "none_of")
_ORDER = ("<", "<=", ">", ">=")
_OPERATORS: dict[str, tuple[str, ...]] = {
    "category": ("=", "in", "known"), "flag": ("=", "known"), "number": ("=", "in", *_ORDER, "between", "known"),
}  # fmt: skip


class _Fault(Exception):
    """What is wrong with a file: a part of an Indonesian sentence."""


def rules_of_text(text: str, shown: str) -> RuleSet:
    """The rules a file's text holds; `shown`: the file's name for the user. Refused `bad_criteria`."""
    try:
        return _rules(plain_yaml(text))
    except _Fault as fault:
        raise bad_criteria(shown, str(fault)) from fault
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise bad_criteria(shown, "isinya bukan YAML yang wajar (pembanding harus diapit tanda kutip)") from error


def bad_criteria(shown: str, why: str) -> Refused:
    """The refusal of a file; `why`: a part of an Indonesian sentence."""
    return Refused("bad_criteria", f"Berkas aturan {printable(shown)} ditolak: {why}; perbaiki lalu muat lagi.")


def _rules(body: Any) -> RuleSet:
    said = _mapping(body, "berkas", {"name", "title", "source", "articles", "status", "rule"},
                    {"from", "region", "note"})  # fmt: skip
    count = [0]
    rule = _tree(said["rule"], "rule", _clause, count, 0)
    if not isinstance(rule, Group):
        raise _Fault("rule harus dimulai dengan all_of, any_of, none_of, atau at_least")
    start, region = said.get("from"), said.get("region")
    if start is not None and type(start) is not date:
        raise _Fault("from harus tanggal, misalnya 2024-06-01")
    if region is not None and not (isinstance(region, str) and _REGION.fullmatch(region)):
        raise _Fault('region harus kode wilayah, misalnya "19.71"')
    found = RuleSet(
        name=_name(said["name"], "name"), title=_text(said["title"], "title"), source=_text(said["source"], "source"),
        articles=_text(said["articles"], "articles"), status=_status(said["status"]), start=start, region=region,
        note=_text(said["note"], "note") if "note" in said else "", rule=rule,
    )  # fmt: skip
    keys = [clause.key for clause in found.clauses]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise _Fault(f"klausul “{twice[0]}” ada dua kali")
    return found


def _tree(body: Any, place: str, leaf: Callable[[Any, str, list[int]], Any], count: list[int], depth: int) -> Any:
    """A group with its parts, or what `leaf` makes of a mapping that is none."""
    count[0] += 1
    if count[0] > MOST_NODES or depth > DEEPEST:
        raise _Fault(f"isinya lebih dari {MOST_NODES} bagian atau bertingkat lebih dari {DEEPEST}")
    if not isinstance(body, dict):
        raise _Fault(f"bagian {place} bukan pasangan kata kunci dan isi")
    if "at_least" in body:
        said = _mapping(body, place, {"at_least", "of"})
        how, parts, least = "at_least", said["of"], said["at_least"]
    else:
        named = [name for name in _GROUPS if name in body]
        if not named:
            return leaf(body, place, count)
        said = _mapping(body, place, {named[0]})
        how, parts, least = named[0], said[named[0]], 0
    if not isinstance(parts, list) or not parts:
        raise _Fault(f"{how} dalam {place} tidak berisi daftar")
    if how == "at_least" and (type(least) is not int or not 1 <= least <= len(parts)):
        raise _Fault(f"at_least dalam {place} harus bilangan 1 sampai {len(parts)}")
    made = tuple(_tree(part, place, leaf, count, depth + 1) for part in parts)
    return Group(how, made, least)  # type: ignore[arg-type]


def _clause(body: dict[Any, Any], place: str, count: list[int]) -> Clause:
    said = _mapping(body, place, {"clause", "article", "label"}, {"when", "readings"})
    key = _name(said["clause"], "clause")
    here = f"klausul “{key}”"
    if "when" in said and "readings" in said:
        raise _Fault(f"{here} punya when dan readings; pilih satu")
    if "readings" not in said:
        test: Test = _tree(said["when"], here, _leaf, count, 0) if "when" in said else NoData()
        readings: tuple[Reading, ...] = (Reading("default", "", test, "verified"),)
    else:
        listed = said["readings"]
        if not isinstance(listed, list) or not listed:
            raise _Fault(f"readings dalam {here} tidak berisi daftar")
        readings = tuple(_reading(entry, here, count) for entry in listed)
        if len({reading.name for reading in readings}) < len(readings):
            raise _Fault(f"dua pembacaan dalam {here} bernama sama")
    return Clause(key, _text(said["article"], "article"), _text(said["label"], "label"), readings)


def _reading(body: Any, here: str, count: list[int]) -> Reading:
    said = _mapping(body, f"readings {here}", {"name", "title"}, {"when", "status"})
    test = _tree(said["when"], here, _leaf, count, 0) if "when" in said else NoData()
    status = _status(said.get("status", "unverified"))
    return Reading(_name(said["name"], "name"), _text(said["title"], "title"), test, status)


def _leaf(body: dict[Any, Any], place: str, count: list[int]) -> Test:
    if "programme" in body:
        code = _mapping(body, place, {"programme"})["programme"]
        return Receives(str(_one_of(code, tuple(programmes()), f"program dalam {place}")))
    if "no_data" in body:
        if _mapping(body, place, {"no_data"})["no_data"] is not True:
            raise _Fault(f"no_data dalam {place} hanya boleh true")
        return NoData()
    if "field" not in body:
        raise _Fault(f"{place} memuat bagian tanpa field, programme, no_data, atau kelompok")
    field = str(_one_of(body["field"], tuple(CRITERIA_FIELDS), f"kolom dalam {place}"))
    about = CRITERIA_FIELDS[field]
    here = f"{field} dalam {place}"
    operators = [key for key in body if key != "field"]
    if len(operators) != 1:
        raise _Fault(f"{here} harus punya tepat satu pembanding")
    operator = _one_of(operators[0], _OPERATORS[about.kind], f"pembanding untuk {here}")
    return Comparison(field, operator, _values(about, operator, body[operator], here))  # type: ignore[arg-type]


def _values(about: CriteriaField, operator: Any, given: Any, here: str) -> tuple[Value, ...]:
    if operator == "known":
        if not isinstance(given, bool):
            raise _Fault(f"known untuk {here} harus true atau false")
        return (given,)
    several = operator in ("in", "between")
    if several != isinstance(given, list) or (several and not 1 <= len(given) <= 50):
        raise _Fault(f"{operator} untuk {here} harus {'daftar' if several else 'satu isian'}")
    values = tuple(_value(about, entry, here) for entry in (given if several else [given]))
    if operator == "between" and (len(values) != 2 or values[0] > values[1]):  # type: ignore[operator]
        raise _Fault(f"between untuk {here} harus dua bilangan, yang kecil dahulu")
    return values


def _value(about: CriteriaField, given: Any, here: str) -> Value:
    if about.kind == "category":
        return str(_one_of(given, about.words, f"isian {here}"))
    if about.kind == "flag":
        if not isinstance(given, bool):
            raise _Fault(f"isian {here} harus true atau false")
        return given
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e12:
        raise _Fault(f"isian {here} harus bilangan")
    return given


def _one_of(given: Any, allowed: tuple[str, ...], what: str) -> str:
    if isinstance(given, str) and given in allowed:
        return given
    spelled = {word.lower(): word for word in allowed}
    close = get_close_matches(str(given)[:60].lower(), spelled, 1, 0.3)
    offer = f"mungkin maksud Anda “{spelled[close[0]]}”" if close else f"pilih {', '.join(allowed[:12])}"
    raise _Fault(f"{what} tidak dikenal (“{printable(str(given))}”), {offer}")


def _mapping(body: Any, place: str, needed: set[str], free: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise _Fault(f"{place} bukan pasangan kata kunci dan isi")
    for key in body:
        if key not in needed | free:
            _one_of(key, tuple(sorted(needed | free)), f"kata kunci dalam {place}")
    missing = sorted(needed - set(body))
    if missing:
        raise _Fault(f"{place} tidak memuat {missing[0]}")
    return body


def _name(given: Any, what: str) -> str:
    if not isinstance(given, str) or not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,59}", given):
        raise _Fault(f"{what} harus huruf kecil, angka, dan garis bawah (“{printable(str(given))}”)")
    return given


def _text(given: Any, what: str) -> str:
    """Text as a screen and a workbook may show it: without marks that a screen reads as markup or a link, and without
    invisible ones (a soft hyphen copied along, or one that turns the order of reading)."""
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST:
        raise _Fault(f"{what} harus teks, paling panjang {LONGEST} karakter")
    if re.search(r"[\[\]<>`*$|\\\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]|://|www\.|:[\w/]+:", given):
        raise _Fault(f"{what} memuat tanda yang tidak boleh tampil di layar, misalnya kurung siku atau tautan")
    seen = "".join(mark for mark in given if unicodedata.category(mark) != "Cf")
    if not seen.strip():
        raise _Fault(f"{what} tidak memuat huruf yang terbaca")
    return " ".join(seen.split())


def _status(given: Any) -> Status:
    if given not in ("verified", "unverified"):
        raise _Fault("status harus verified atau unverified")
    return given

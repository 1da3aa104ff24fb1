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
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from data.criteria_fields import CRITERIA_FIELDS, CriteriaField
from data.disk import write_whole
from data.errors import Refused
from data.plain_yaml import plain_yaml
from data.reference import FOLDER, Status, programmes
from data.store import Store

SHIPPED = FOLDER / "criteria"
CRITERIA = "criteria"  # folder beside the database, for rule files a region made or received
MOST_NODES, DEEPEST, LONGEST = 400, 12, 800
How = Literal["all_of", "any_of", "none_of", "at_least"]
Operator = Literal["=", "in", "<", "<=", ">", ">=", "between", "known"]
Value = str | bool | int | float
_GROUPS = ("all_of", "any_of", "none_of")
_ORDER = ("<", "<=", ">", ">=")
_OPERATORS: dict[str, tuple[str, ...]] = {
    "category": ("=", "in", "known"), "flag": ("=", "known"), "number": ("=", "in", *_ORDER, "between", "known"),
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """values: one; several for `in`; both ends, included, for `between`; [True] or [False] for `known`."""

    field: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Receives:
    """The family receives a programme of the catalogue; not known where no list of it is loaded."""

    programme: str


@dataclass(frozen=True)
class NoData:
    """What no register tells: always "cannot be judged"."""


@dataclass(frozen=True)
class Reading:
    """One way to read a clause. name: `default` where the clause has only one."""

    name: str
    title: str
    test: "Test"
    status: Status


@dataclass(frozen=True)
class Clause:
    """One clause of the regulation. label: its own words. chosen: place of the reading in use."""

    key: str
    article: str
    label: str
    readings: tuple[Reading, ...]
    chosen: int = 0

    @property
    def reading(self) -> Reading:
        return self.readings[self.chosen]

    @property
    def without_data(self) -> bool:
        return isinstance(self.reading.test, NoData)


@dataclass(frozen=True)
class Group:
    """least: how many of the parts must be met, for `at_least` only."""

    how: How
    parts: tuple["Node", ...]
    least: int = 0


Test = Group | Comparison | Receives | NoData
Node = Group | Clause | Comparison | Receives | NoData


@dataclass(frozen=True)
class RuleSet:
    """A region's rules. region: code of the region that made them, null for none. start: in force from, null if the
    file does not say. status: whether the labels were checked against the regulation. note: what to know beforehand."""

    name: str
    title: str
    source: str
    articles: str
    status: Status
    start: date | None
    region: str | None
    note: str
    rule: Group

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """In the regulation's order."""
        return tuple(node for node in walk(self.rule) if isinstance(node, Clause))

    @property
    def chosen(self) -> dict[str, str]:
        """Clause -> name of the reading in use, of the clauses that have several."""
        return {clause.key: clause.reading.name for clause in self.clauses if len(clause.readings) > 1}

    def read(self, readings: Mapping[str, str]) -> "RuleSet":
        """The rules with other readings chosen (clause -> name). Refused `reading_unknown`."""
        several = {clause.key: clause for clause in self.clauses if len(clause.readings) > 1}
        for key, name in readings.items():
            names = [reading.name for reading in several[key].readings] if key in several else []
            if name not in names:
                raise Refused(
                    "reading_unknown",
                    f"Klausul “{_printable(key)}” tidak punya pembacaan “{_printable(name)}”; pilih "
                    f"{' atau '.join(f'{key}={other}' for other in names) if names else _choices(several)}.",
                )
        return replace(self, rule=_chosen(self.rule, readings))


def _choices(several: Mapping[str, Clause]) -> str:
    return f"klausul {' atau '.join(several)}" if several else "aturan lain, karena aturan ini tidak punya pilihan"


def _chosen(node: Any, readings: Mapping[str, str]) -> Any:
    if isinstance(node, Group):
        return replace(node, parts=tuple(_chosen(part, readings) for part in node.parts))
    if isinstance(node, Clause) and node.key in readings:
        names = [reading.name for reading in node.readings]
        return replace(node, chosen=names.index(readings[node.key]))
    return node


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, tests of clauses not included, in the file's order."""
    yield node
    if isinstance(node, Group):
        for part in node.parts:
            yield from walk(part)


# Which rules there are ----------------------------------------------------------------------------


@cache
def shipped_rules() -> dict[str, RuleSet]:
    """The rule files that come with the product, by name."""
    found = (rules_of_text(path.read_text(encoding="utf-8"), path.name) for path in sorted(SHIPPED.glob("*.yaml")))
    return {rules.name: rules for rules in found}


def default_rules() -> RuleSet:
    """The rules of a scope that names none: the first file shipped."""
    return next(iter(shipped_rules().values()))


def criteria_folder(store: Store) -> Path:
    """Where the rule files of this database lie; it may not exist yet."""
    return store.path.parent / CRITERIA


def all_rules(store: Store) -> dict[str, RuleSet]:
    """Rules by name: those beside the database before the shipped ones; a file that cannot be read is passed over."""
    own: dict[str, RuleSet] = {}
    for path in sorted(criteria_folder(store).glob("*.yaml")):
        with suppress(Refused):
            rules = load_rules(path)
            own[rules.name] = rules
    return own | {name: rules for name, rules in shipped_rules().items() if name not in own}


def find_rules(store: Store, wanted: str | None = None) -> RuleSet:
    """Rules by name, the first there are without one, or a file's path. Refused `criteria_unknown`, `bad_criteria`."""
    known = all_rules(store)
    if wanted is None:
        return next(iter(known.values()))
    if wanted in known:
        return known[wanted]
    if Path(wanted).suffix in (".yaml", ".yml") and Path(wanted).is_file():
        return load_rules(Path(wanted))
    close = get_close_matches(wanted, known, 1, 0.0)
    raise Refused("criteria_unknown", f"Aturan “{_printable(wanted)}” tidak ada; mungkin maksud Anda “{close[0]}”.")


def rules_text(store: Store, name: str) -> str:
    """A rule file's own text, to be read, sent, or taken as a start. Refused `criteria_unknown`."""
    find_rules(store, name)
    for path in [*sorted(criteria_folder(store).glob("*.yaml")), *sorted(SHIPPED.glob("*.yaml"))]:
        with suppress(Refused):
            if load_rules(path).name == name:
                return path.read_text(encoding="utf-8-sig")
    raise Refused("criteria_unknown", f"Berkas aturan “{_printable(name)}” tidak ada lagi; pilih aturan lain.")


def unusable_rules(store: Store) -> list[str]:
    """Why files in the folder beside the database cannot be used, one Indonesian sentence each."""
    found = []
    for path in sorted(criteria_folder(store).glob("*.yaml")):
        try:
            load_rules(path)
        except Refused as refused:
            found.append(refused.message)
    return found


def load_rules(path: Path) -> RuleSet:
    """Read one rule file. Refused `bad_criteria`."""
    try:
        return rules_of_text(path.read_text(encoding="utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path.name, "berkasnya tidak terbaca sebagai teks") from error


def receive_rules(store: Store, content: bytes, shown: str) -> RuleSet:
    """Keep a rule file beside the database, in place of an earlier one of the same name; `shown`: its name for the
    user. Refused `bad_criteria`; `criteria_taken` where a shipped file has that name and other rules."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(shown, "berkasnya tidak terbaca sebagai teks") from error
    rules = rules_of_text(text, shown)
    if shipped_rules().get(rules.name, rules) != rules:
        raise Refused(
            "criteria_taken",
            f"Aturan bawaan sudah bernama “{rules.name}” dan isinya berbeda; ganti baris name dalam berkas "
            f"{_printable(shown)}, lalu muat lagi.",
        )
    if rules.name not in shipped_rules():
        folder = criteria_folder(store)
        folder.mkdir(mode=0o700, exist_ok=True)
        write_whole(folder / f"{rules.name}.yaml", text.encode())
    return rules


# Reading a file -----------------------------------------------------------------------------------


class _Fault(Exception):
    """What is wrong with a file: a part of an Indonesian sentence."""


def rules_of_text(text: str, shown: str) -> RuleSet:
    """The rules a file's text holds; `shown`: the file's name for the user. Refused `bad_criteria`."""
    try:
        return _rules(plain_yaml(text))
    except _Fault as fault:
        raise _bad(shown, str(fault)) from fault
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _bad(shown, "isinya bukan YAML yang wajar (pembanding harus diapit tanda kutip)") from error


def _bad(shown: str, why: str) -> Refused:
    return Refused("bad_criteria", f"Berkas aturan {_printable(shown)} ditolak: {why}; perbaiki lalu muat lagi.")


def _rules(body: Any) -> RuleSet:
    said = _mapping(body, "berkas", {"name", "title", "source", "articles", "status", "rule"},
                    {"from", "region", "note"})  # fmt: skip
    count = [0]
    rule = _tree(said["rule"], "rule", _clause, count, 0)
    if not isinstance(rule, Group):
        raise _Fault("rule harus dimulai dengan all_of, any_of, none_of, atau at_least")
    start, region = said.get("from"), said.get("region")
    if start is not None and not isinstance(start, date):
        raise _Fault("from harus tanggal, misalnya 2024-06-01")
    if region is not None and not re.fullmatch(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?", str(region)):
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
    raise _Fault(f"{what} tidak dikenal (“{_printable(str(given))}”), {offer}")


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
        raise _Fault(f"{what} harus huruf kecil, angka, dan garis bawah (“{_printable(str(given))}”)")
    return given


def _text(given: Any, what: str) -> str:
    """Text as a screen and a workbook may show it: without marks that a screen reads as markup or a link."""
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST:
        raise _Fault(f"{what} harus teks, paling panjang {LONGEST} karakter")
    if re.search(r"[\[\]<>`*$|\\\x00-\x08\x0b-\x1f\x7f]|://|:\w+:", given):
        raise _Fault(f"{what} memuat tanda yang tidak boleh tampil di layar, misalnya kurung siku atau tautan")
    return " ".join(given.split())


def _status(given: Any) -> Status:
    if given not in ("verified", "unverified"):
        raise _Fault("status harus verified atau unverified")
    return given


def _printable(text: str) -> str:
    return re.sub(r"[^\w .\-=]", "?", text)[:60]

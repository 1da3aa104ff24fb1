"""Which rule files of local criteria there are: those shipped, and those beside the database."""

import os
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from data.criteria_reading import bad_criteria, rules_of_text
from data.criteria_rules import RuleSet, printable
from data.disk import write_whole
from data.errors import Refused
from data.reference import FOLDER
from data.store import Store

SHIPPED = FOLDER / "criteria"
CRITERIA = "criteria"  # folder beside the database, for rule files a region made or received


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
    # Unlike `Path.is_file`, this takes a text no path can be (too long, a null byte) for no file.
    if Path(wanted).suffix in (".yaml", ".yml") and os.path.isfile(wanted):
        return load_rules(Path(wanted))
    close = get_close_matches(wanted, known, 1, 0.0)
    raise Refused("criteria_unknown", f"Aturan “{printable(wanted)}” tidak ada; mungkin maksud Anda “{close[0]}”.")


def rules_text(store: Store, name: str) -> str:
    """A rule file's own text, to be read, sent, or taken as a start. Refused `criteria_unknown`."""
    find_rules(store, name)
    for path in [*sorted(criteria_folder(store).glob("*.yaml")), *sorted(SHIPPED.glob("*.yaml"))]:
        with suppress(Refused):
            if load_rules(path).name == name:
                return path.read_text(encoding="utf-8-sig")
    raise Refused("criteria_unknown", f"Berkas aturan “{printable(name)}” tidak ada lagi; pilih aturan lain.")


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
        raise bad_criteria(path.name, "berkasnya tidak terbaca sebagai teks") from error


def receive_rules(store: Store, content: bytes, shown: str) -> RuleSet:
    """Keep a rule file beside the database, in place of an earlier one of the same name; `shown`: its name for the
    user. Refused `bad_criteria`; `criteria_taken` where a shipped file has that name and other rules."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_criteria(shown, "berkasnya tidak terbaca sebagai teks") from error
    rules = rules_of_text(text, shown)
    if shipped_rules().get(rules.name, rules) != rules:
        raise Refused(
            "criteria_taken",
            f"Aturan bawaan sudah bernama “{rules.name}” dan isinya berbeda; ganti baris name dalam berkas "
            f"{printable(shown)}, lalu muat lagi.",
        )
    if rules.name not in shipped_rules():
        folder = criteria_folder(store)
        folder.mkdir(mode=0o700, exist_ok=True)
        write_whole(folder / f"{rules.name}.yaml", text.encode())
    return rules

"""Answers of visits to clauses of a rule file, read from the filled field form (XLSX or CSV) into criterion_answer.

A line whose family or rules are unknown, and a word that is no answer, is reported with its number; nothing of it is
guessed. Of several answers to a clause the newest counts; one of the same day is replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from data.criteria import all_rules
from data.criteria_rules import Clause, RuleSet
from data.errors import Refused
from data.headers import header_key
from data.reading import stage
from data.store import Store

# The form's columns beside those of the clauses.
PSEUDONYM, RULES, VISITED = "Nomor semu keluarga", "Aturan", "Tanggal kunjungan"
ANSWERS: dict[str, bool | None] = {"Ya": True, "Tidak": False, "Tidak diketahui": None}
_SPELLINGS: dict[str, bool | None] = {word.casefold(): met for word, met in ANSWERS.items()} | {
    "y": True, "t": False, "tdk": False, "tidak tahu": None, "?": None,
}  # fmt: skip
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True)
class AnswerReport:
    """rows_read = accepted + empty + len(rejected). accepted: lines with at least one answer taken; answers: cells
    taken; empty: lines without any. rejected: (line, why). unknown_words: (line, clause, the word), cells that were not
    taken. unknown_columns: clauses the rules do not have, or not in these words (another version of them)."""

    rows_read: int
    accepted: int
    answers: int
    empty: int
    rejected: tuple[tuple[int, str], ...]
    unknown_words: tuple[tuple[int, str, str], ...]
    unknown_columns: tuple[str, ...]


def clause_header(key: str, label: str) -> str:
    """A clause's column in the form: `Klausul f: tidak memiliki ...`."""
    return f"Klausul {key}: {label}"


def import_answers(store: Store, path: Path, name: str | None = None, day: date | None = None) -> AnswerReport:
    """Take the answers of a filled form; `day`: for lines without a date of the visit.

    Raises Refused `form_columns`, and what `data.reading.stage` raises.
    """
    shown = name or path.name
    rules = all_rules(store)
    staged = stage(path, store.staging, _known(rules))
    try:
        table = pq.ParquetFile(staged.parquet).read().to_pandas()
    finally:
        staged.parquet.unlink(missing_ok=True)
    # An answer is to the words that were asked: a form of another version of the rules may say `f` and mean another.
    worded = {named: {_key(clause): clause.key for clause in found.clauses} for named, found in rules.items()}
    keys = {header_key(column): column for column in staged.columns}
    pseudonym, ruleset = keys.get(header_key(PSEUDONYM)), keys.get(header_key(RULES))
    clauses = {column: found for column in staged.columns if (found := _clause_of(column)) is not None}
    if pseudonym is None or ruleset is None or not clauses:
        raise Refused(
            "form_columns",
            f"Berkas {shown} bukan formulir kriteria: kolom {PSEUDONYM}, {RULES}, atau kolom klausul tidak ada; unduh "
            "formulirnya di halaman Kriteria daerah, isi, lalu coba lagi.",
        )
    known = {row["pseudonym"] for row in store.rows("SELECT DISTINCT pseudonym FROM family")}
    visited = keys.get(header_key(VISITED))
    taken: dict[tuple[str, str, str, date | None], bool | None] = {}
    rejected = [(line, "baris tidak terbaca") for line, _ in staged.unreadable]
    words: list[tuple[int, str, str]] = []
    strange: dict[str, None] = {}
    accepted = empty = 0
    for row in table.to_dict("records"):
        line, family, named = int(row["_line"]), row[pseudonym].strip(), row[ruleset].strip()
        moment, fault = _day(row[visited] if visited else "", day)
        why = _fault(family, named, known, rules) or fault
        if why:
            rejected.append((line, why))
            continue
        said: dict[str, bool | None] = {}
        for column, shown_clause in clauses.items():
            word = row[column].strip()
            clause = worded[named].get(header_key(column))
            if clause is None:
                strange |= {shown_clause: None} if word else {}
            elif word.casefold() in _SPELLINGS:
                said[clause] = _SPELLINGS[word.casefold()]
            elif word:
                words.append((line, clause, word[:40]))
        answered = {(family, named, clause, moment): met for clause, met in said.items()}
        if any(taken[key] is not met for key, met in answered.items() if key in taken):
            rejected.append((line, "jawaban lain untuk keluarga dan tanggal yang sama ada di baris sebelumnya"))
            continue
        taken |= answered
        accepted += bool(said)
        empty += not said
    _keep(store, taken, shown)
    return AnswerReport(
        staged.rows_read, accepted, len(taken), empty, tuple(sorted(rejected)), tuple(words), tuple(strange)
    )


def _known(rules: Mapping[str, RuleSet]) -> frozenset[str]:
    columns = [PSEUDONYM, RULES, VISITED, "No.", "Desa/kelurahan", "Petugas", "Catatan petugas"]
    asked = [_key(clause) for found in rules.values() for clause in found.clauses]
    return frozenset([*(header_key(column) for column in columns), *asked])


def _key(clause: Clause) -> str:
    return header_key(clause_header(clause.key, clause.label))


def _clause_of(column: str) -> str | None:
    """The clause a form's column is of: the word between `Klausul` and the colon."""
    start, colon, _ = column.partition(":")
    words = start.split()
    return words[1] if colon and len(words) == 2 and words[0].casefold() == "klausul" else None


def _fault(family: str, named: str, known: set[str], rules: Mapping[str, RuleSet]) -> str | None:
    if not family:
        return "nomor semu kosong"
    if family not in known:
        return "nomor semu tidak ada dalam basis data ini"
    return None if named in rules else "nama aturan tidak dikenal"


def _day(text: str, day: date | None) -> tuple[date | None, str | None]:
    """The date of a visit, or what is wrong with it."""
    bare = text.strip().split(" ")[0]
    if not bare:
        return day, None
    for spelled in _DATES:
        try:
            found = datetime.strptime(bare, spelled).date()
        except ValueError:
            continue
        return (found, None) if date(2000, 1, 1) <= found <= date.today() else (None, "tanggal kunjungan di luar batas")
    return None, "tanggal kunjungan tidak terbaca"


def _keep(store: Store, taken: Mapping[tuple[str, str, str, date | None], Any], source: str) -> None:
    if not taken:
        return
    frame = pd.DataFrame(
        [(*key, met) for key, met in taken.items()], columns=["pseudonym", "ruleset", "clause", "date", "met"]
    ).astype({"met": "boolean"})
    frame["date"] = pd.to_datetime(frame["date"])
    with store.transaction() as cursor:
        cursor.register("answers", frame)
        cursor.execute(
            "DELETE FROM criterion_answer AS c USING answers AS a WHERE c.pseudonym = a.pseudonym "
            "AND c.ruleset = a.ruleset AND c.clause = a.clause AND c.date IS NOT DISTINCT FROM CAST(a.date AS DATE)"
        )
        cursor.execute(
            "INSERT INTO criterion_answer BY NAME SELECT pseudonym, ruleset, clause, met, CAST(date AS DATE) AS date, "
            "$source AS source FROM answers",
            {"source": source},
        )
        cursor.unregister("answers")

"""Local criteria and the comparison of definitions on their way out as workbooks; small cells hidden.

Both are counted in families first: a cell of few families is hidden, and persons alone would not tell which are.
"""

from dataclasses import replace

import pandas as pd

from analytics.criteria import Criteria
from analytics.definition_comparison import CHANCE, Comparison
from analytics.scope import Scope
from reports.provenance import Provenance
from reports.tables import protected_sheet, to_xlsx
from reports.words import STATUSES

PAIR = {"both": "Disebut keduanya", "only_a": "Hanya yang pertama", "only_b": "Hanya yang kedua",
        "neither": "Tidak disebut keduanya", "unjudged": "Tidak dapat dibandingkan"}  # fmt: skip


def criteria_export(found: Criteria, provenance: Provenance) -> bytes:
    """The two bounds, the clauses in the regulation's order, and the other readings. found: counted in families."""
    _in_families(found.scope)
    bounds = pd.DataFrame(
        [
            {"figure": "Terbukti memenuhi (batas bawah)", "families": found.lower},
            {"figure": "Belum dapat dinilai", "families": found.undecided},
            {"figure": "Terbukti atau belum dapat dinilai (batas atas)", "families": found.upper},
            {"figure": "Gugur", "families": found.not_met},
            {"figure": "Semua keluarga", "families": found.total},
            {"figure": "Sudah dikunjungi", "families": found.answered},
        ]
    )
    clauses = {"own_met": "Terpenuhi", "own_open": "Belum dapat dinilai", "own_not": "Tidak terpenuhi",
               "left_met": "Tersisa sesudah klausul ini: terbukti",
               "left_open": "Tersisa sesudah klausul ini: belum dapat dinilai",
               "without_lower": "Batas bawah tanpa klausul ini",
               "without_upper": "Batas atas tanpa klausul ini"}  # fmt: skip
    sheets = [
        protected_sheet(
            bounds, name="Batas", title=f"Calon miskin ekstrem menurut {found.rules.title}", as_given=True,
            headers={"figure": "Angka", "families": "Keluarga"}, keys=["figure"], counts={"families": []},
        ),
        protected_sheet(
            found.clauses, name="Klausul", title=f"Klausul {found.rules.title} dan yang diubahnya (keluarga)",
            headers={"clause": "Klausul", "article": "Pasal", "label": "Bunyi", "reading": "Dibaca", **clauses},
            as_given=True, keys=["clause"], labels={"clause": ["article", "label", "reading"]},
            counts=dict.fromkeys(clauses, ()),
        ),
    ]  # fmt: skip
    if len(found.readings):
        readings = found.readings.assign(status=found.readings["status"].map(STATUSES))
        sheets.append(
            protected_sheet(
                readings, name="Pembacaan", title=f"Pembacaan lain klausul {found.rules.title} (keluarga)",
                headers={"clause": "Klausul", "reading": "Kunci", "title": "Pembacaan", "chosen": "Dipakai",
                         "status": "Status", "lower": "Batas bawah", "upper": "Batas atas"},
                as_given=True, keys=["clause", "reading"], labels={"reading": ["title", "chosen", "status"]},
                counts={"lower": [], "upper": []},
            )
        )  # fmt: skip
    return to_xlsx(sheets, provenance)


def comparison_export(found: Comparison, first: str, second: str, provenance: Provenance) -> bytes:
    """The definitions, all pairs, and the villages of one pair (two keys of definitions), in families."""
    _in_families(found.scope)
    titles = found.definitions.set_index("key")["title"]
    pairs = found.pairs.assign(title_a=found.pairs["a"].map(titles), title_b=found.pairs["b"].map(titles))
    named = f"{titles[first]} dan {titles[second]}"
    counts: dict[str, tuple[str, ...]] = dict.fromkeys(PAIR, ())
    expected = CHANCE in set(found.definitions["key"])
    sheets = [
        protected_sheet(
            found.definitions, name="Definisi", title="Keluarga yang disebut tiap definisi", as_given=True,
            headers={"key": "Kunci", "title": "Definisi", "count": "Keluarga", "unjudged": "Tidak dapat dinilai"},
            expected=expected, keys=["key"], labels={"key": ["title"]}, counts={"count": [], "unjudged": []},
        ),
        protected_sheet(
            pairs, name="Pasangan", title="Definisi sepasang demi sepasang (keluarga)", as_given=True,
            headers={"a": "Kunci pertama", "title_a": "Definisi pertama", "b": "Kunci kedua",
                     "title_b": "Definisi kedua", **PAIR},
            expected=expected, keys=["a", "b"], labels={"a": ["title_a"], "b": ["title_b"]}, counts=counts,
        ),
        protected_sheet(
            found.villages(first, second), name="Desa", title=f"{named}, tiap desa (keluarga)",
            headers={"village": "Kode", "name": "Desa/kelurahan", "district": "Kecamatan", **PAIR},
            expected=CHANCE in (first, second), keys=["village"], labels={"village": ["name", "district"]},
            counts=counts,
        ),
    ]  # fmt: skip
    return to_xlsx(sheets, replace(provenance, definition="Beberapa definisi, disebut pada tiap tabel"))


def _in_families(scope: Scope) -> None:
    if scope.unit != "families":
        raise ValueError("small cells are families: count in families first")

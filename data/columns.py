"""What the columns of an unknown file hold: their words, what their cells look like, and samples a screen may show."""

import re
from dataclasses import dataclass

import pandas as pd

from data.codes import clean_village_code_sql
from data.codes import sql_text as quote
from data.headers import header_key
from data.identity import HIDDEN
from data.mapping import MISSING, identifier, source_sql
from data.reading import StagedTable
from data.store import Store

MOST_VALUES = 60  # distinct values of a column that may still be a category
LOOKED_AT = 50_000  # rows a column's looks are judged by
ALIKE = 0.9  # share of the cells that must look so
TELLS_ROWS_APART = 0.8  # distinct cells per row from which a column may tell persons apart
SAMPLES = 3
SAMPLED_ROWS = 50
_PLACE = r"(prov|kab|kota|kec|desa|kel|dusun|wilayah)"
_PERSONAL = re.compile(  # the name of a place is no person's
    rf"(^|_)(nama|name)(?!_{_PLACE})(_|$)|(^|_)(nik|kk|alamat|address|hp|ponsel|email|ktp|rt_rw)(_|$)|lahir|birth"
)
_PLACES = re.compile(rf"(^|_){_PLACE}")
_LONG_NUMBER = re.compile(r"[0-9]{16}")
_LOOKS = {  # name -> what a cell must match, as a pattern of RE2
    "sixteen": "'?[0-9]{16}",
    "letters": ".*[A-Za-z].*",
    "long_number": "'?[0-9]{9,}",
    "dated": "[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*",
}


@dataclass(frozen=True)
class Column:
    """One column of a file: its distinct non-missing cells, none where there are more than `MOST_VALUES` of them.

    looks: of `_LOOKS`, and `village_code`, what nearly all cells are. apart: distinct cells per filled row, 0 to 1.
    longest: characters of the longest cell.
    """

    header: str
    values: tuple[str, ...]
    many: bool
    looks: frozenset[str] = frozenset()
    apart: float = 0.0
    longest: int = 0

    @property
    def numeric(self) -> bool:
        """Every cell kept is a plain number."""
        return bool(self.values) and all(value.replace(",", ".").replace(".", "", 1).isdigit() for value in self.values)

    @property
    def personal(self) -> bool:
        """Its header or its cells look like a person's name, number, address or birth date, or a family's id."""
        if is_personal(self.header) or "sixteen" in self.looks:
            return True
        if "village_code" in self.looks or not (self.many or self.apart >= TELLS_ROWS_APART):
            return False
        words = "letters" in self.looks and not _PLACES.search(header_key(self.header))
        return words or bool(self.looks & {"long_number", "dated"})


def is_personal(header: str) -> bool:
    """A header that looks like a person's name, number, address or birth date."""
    return bool(_PERSONAL.search(header_key(header)))


def file_columns(store: Store, staged: StagedTable) -> dict[str, Column]:
    """Header -> what its column holds."""
    missing = ", ".join("'" + word + "'" for word in sorted(MISSING))
    looks = _looks(store, staged, missing)
    found: dict[str, Column] = {}
    for header in staged.columns:
        text = identifier(header)
        rows = store.rows(
            f"SELECT DISTINCT trim({text}) AS cell FROM {source_sql(staged)} "
            f"WHERE {text} IS NOT NULL AND upper(trim({text})) NOT IN ({missing}) LIMIT {MOST_VALUES + 1}"
        )
        cells = sorted((row["cell"] for row in rows), key=lambda cell: (len(cell), cell))
        many = len(cells) > MOST_VALUES
        found[header] = Column(header, () if many else tuple(cells), many, *looks[header])
    return found


def masked_samples(store: Store, staged: StagedTable, columns: dict[str, Column] | None = None) -> dict[str, str]:
    """Header -> a few of its cells, for the screen: dots for numbers of 16 digits and for columns of personal data."""
    columns = columns or file_columns(store, staged)
    head = store.frame(f"SELECT * FROM {source_sql(staged)} ORDER BY _line LIMIT {SAMPLED_ROWS}")
    return {header: _masked(columns[header], head[header]) for header in staged.columns}


def _masked(column: Column, cells: pd.Series) -> str:
    kept = [cell.strip() for cell in cells if cell and cell.strip()]
    if column.personal:
        return HIDDEN * 6 if kept else ""
    shown = [_LONG_NUMBER.sub(HIDDEN * 6, cell)[:40] for cell in dict.fromkeys(kept)]
    return " · ".join(dict.fromkeys(shown[:SAMPLES]))


def _looks(store: Store, staged: StagedTable, missing: str) -> dict[str, tuple[frozenset[str], float, int]]:
    """Header -> (looks, apart, longest), judged by the first rows in one pass."""
    cells, measures = [], []
    for place, header in enumerate(staged.columns):
        text, cell = f"trim({identifier(header)})", f"c{place}"
        cells.append(f"CASE WHEN upper({text}) NOT IN ({missing}) THEN {text} END AS {cell}")
        shares = [f"regexp_full_match({cell}, {quote(pattern)})" for pattern in _LOOKS.values()]
        shares.append(f"{clean_village_code_sql(cell)} IS NOT NULL")
        measures += [f"avg(CASE WHEN {cell} IS NOT NULL THEN CAST({share} AS INTEGER) END)" for share in shares]
        measures += [f"count(DISTINCT {cell}) / nullif(count({cell}), 0)", f"max(length({cell}))"]
    row = store.rows(
        f"SELECT [{', '.join(f'CAST({measure} AS DOUBLE)' for measure in measures)}] AS found "
        f"FROM (SELECT {', '.join(cells)} FROM (SELECT * FROM {source_sql(staged)} LIMIT {LOOKED_AT}))"
    )[0]["found"]
    names = (*_LOOKS, "village_code")
    each = len(names) + 2
    found = {}
    for place, header in enumerate(staged.columns):
        *shares, apart, longest = row[place * each : (place + 1) * each]
        looks = frozenset(name for name, share in zip(names, shares, strict=True) if share and share >= ALIKE)
        found[header] = (looks, apart or 0.0, int(longest or 0))
    return found

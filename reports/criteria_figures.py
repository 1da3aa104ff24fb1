"""Local criteria and the definitions beside each other, as pictures."""

import pandas as pd

from analytics.criteria import Criteria
from analytics.definition_comparison import Comparison
from analytics.scope import UNIT_NAMES
from analytics.text import number, percent
from reports.drawing import Bars, Heat, Series
from reports.figures import Figure
from reports.stacked import Stacked

MET, OPEN = "Terbukti memenuhi sejauh ini", "Belum dapat dinilai"
_LABEL = 46  # characters of a clause beside a bar: two lines; the page holds the whole


def clause_name(key: str, label: str, longest: int = _LABEL) -> str:
    """`d. tidak memiliki jamban …`: a letter and the start of its words; a clause with a name goes by that name."""
    if len(key) > 2:
        return key.replace("_", " ").capitalize()
    start = label if len(label) <= longest else label[:longest].rsplit(" ", 1)[0] + " …"
    return f"{key}. {start}"


def funnel(found: Criteria) -> Figure:
    """Who is left after each clause in the regulation's order."""
    rows = found.clauses
    bars = Stacked(
        names=[
            f"Semula: {number(found.total)}",
            *(
                f"{clause_name(row['clause'], row['label'])}: {number(row['left_met'] + row['left_open'])}"
                for row in rows.to_dict("records")
            ),
        ],
        series=[
            Series(MET, [0.0, *rows["left_met"].astype(float)]),
            Series(OPEN, [float(found.total), *rows["left_open"].astype(float)]),
        ],
        name_title="",
        value_title=f"{UNIT_NAMES[found.scope.unit].capitalize()} yang belum gugur",
        unit="count",
        horizontal=True,
        colours={MET: 0},
    )
    unit = UNIT_NAMES[found.scope.unit]
    title = f"Berapa {unit} yang tersisa sesudah tiap klausul"
    steps = ", ".join(
        f"{row['clause']} {number(row['left_met'] + row['left_open'])}" for row in rows.to_dict("records")
    )
    return Figure(title, f"Diagram batang bertumpuk. {title}: semula {number(found.total)}, lalu {steps}.", bars)


def clause_changes(found: Criteria) -> Figure:
    """How many more there could be without each clause, the most telling first."""
    rows = found.clauses.sort_values("upper_change", ascending=False, kind="stable")
    rows = rows[rows["upper_change"] != 0]
    bars = Bars(
        names=[clause_name(row["clause"], row["label"]) for row in rows.to_dict("records")],
        series=[Series("Tambahan batas atas tanpa klausul ini", list(rows["upper_change"].astype(float)))],
        name_title="",
        value_title=f"Perubahan batas atas, {UNIT_NAMES[found.scope.unit]}",
        unit="count",
        horizontal=True,
        signed=True,
    )
    title = "Klausul yang paling menentukan: perubahan batas atas bila klausul itu tidak ada"
    said = ", ".join(f"{row['clause']} {number(row['upper_change'])}" for row in rows.to_dict("records")) or "tidak ada"
    return Figure(title, f"Diagram batang. {title}: {said}.", bars)


def overlap_matrix(found: Comparison) -> Figure:
    """Per pair of definitions, which share of what the one names the other names too: rows name, columns are asked."""
    keys = list(found.definitions["key"])
    shares = {(row["a"], row["b"]): row["of_a"] for row in found.pairs.to_dict("records")}
    shares |= {(row["b"], row["a"]): row["of_b"] for row in found.pairs.to_dict("records")}
    titles = dict(zip(keys, found.definitions["title"], strict=True))

    def cell(a: str, b: str) -> float | None:
        share = shares.get((a, b))
        return None if share is None or pd.isna(share) else float(share)

    def hover(a: str, b: str) -> str:
        if a == b or (a, b) not in shares:
            return titles[a]
        return f"Dari yang disebut <b>{titles[a]}</b>,<br>{percent(cell(a, b), 0)} juga disebut <b>{titles[b]}</b>"

    heat = Heat(
        row_keys=keys, column_keys=keys,
        row_names=[SHORT[key] for key in keys], column_names=[SHORT[key] for key in keys],
        values=[[cell(a, b) for b in keys] for a in keys], hover=[[hover(a, b) for b in keys] for a in keys],
        row_title="Dari yang disebut", column_title="disebut pula oleh", value_title="Bagian", unit="share",
    )  # fmt: skip
    title = "Dari yang disebut satu definisi (baris), berapa bagian yang juga disebut definisi lain (kolom)"
    told = ", ".join(
        f"dari {SHORT[a]} {percent(share, 0)} juga {SHORT[b]}" for (a, b), share in shares.items() if not pd.isna(share)
    )
    return Figure(title, f"Matriks. {title}: {told}.", heat)


SHORT = {
    "recorded": "Tercatat", "pmt_quota": "Kuota PMT", "pmt_line": "Peluang di bawah garis",
    "local_lower": "Kriteria, terbukti", "local_upper": "Kriteria, paling banyak",
}  # fmt: skip


def pair_bars(found: Comparison, a: str, b: str) -> Figure:
    """Kinds of families by the share that exactly one of two definitions names."""
    rows = found.groups(a, b)
    bars = Bars(
        names=list(rows["title"]), series=[Series("Disebut tepat satu", [_known(value) for value in rows["rate"]])],
        name_title="", value_title="Disebut tepat satu dari keduanya", unit="share", horizontal=True,
    )  # fmt: skip
    title = "Pada kelompok mana kedua definisi berbeda"
    told = ", ".join(f"{row['title']} {percent(row['rate'], 1)}" for row in rows.to_dict("records"))
    return Figure(title, f"Diagram batang. {title}: {told}.", bars)


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)

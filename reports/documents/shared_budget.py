"""What the region's inventory has budgeted, beside what closing the gaps would cost."""

from dataclasses import dataclass

import pandas as pd

from analytics.inventory import entries
from analytics.text import known
from data.reference import programmes
from reports.documents.blocks import Fact
from reports.documents.material import Material

SOURCE = "Inventaris program di halaman Celah sasaran, tahun dokumen; hanya untuk wilayah ini atau di dalamnya"


@dataclass(frozen=True)
class Budget:
    """Rupiah of the document's year. by_programme: code of the catalogue -> what the inventory has for it or for a
    programme that extends it. total: of all entries, also those that fill no gap; null without an entry.
    unpriced: entries without a budget."""

    by_programme: dict[str, Fact]
    total: Fact
    entries: Fact
    unpriced: Fact


def budget(material: Material) -> Budget:
    """The budget of the document's year, for the region or inside it. Where no entry has a budget, none is known."""
    frame = entries(material.store, material.scope.region)
    own = frame[(frame["year"] == material.year).fillna(False).astype(bool) & ~frame["wider"].astype(bool)]
    extends = (own["relation"] == "extends") & own["central_programme"].notna()
    of = own["programme"].where(~extends, own["central_programme"])
    sums: dict[str, float] = {str(code): float(money) for code, money in own.groupby(of)["budget"].sum().items()}
    ledger, total = material.ledger, _sum(own["budget"])

    def money(id: str, value: float | None, label: str) -> Fact:
        return ledger.figure(id, value, label, "rupiah", SOURCE, human=True)

    return Budget(
        by_programme={
            code: money(
                f"budget/{code}", None if total is None else sums.get(code, 0.0), f"Dianggarkan, {programme.name}"
            )
            for code, programme in programmes().items()
        },
        total=money("budget.total", total, "Dianggarkan seluruhnya"),
        entries=ledger.figure("budget.entries", len(own), "Program dalam inventaris", "program", SOURCE, human=True),
        unpriced=ledger.figure(
            "budget.unpriced", int(own["budget"].isna().sum()), "Program tanpa anggaran", "program", SOURCE, human=True
        ),
    )  # fmt: skip


def _sum(column: pd.Series) -> float | None:
    total = column.sum(min_count=1)
    return float(total) if known(total) else None

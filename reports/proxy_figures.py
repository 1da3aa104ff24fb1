"""The figure of `analytics.proxies`: what the scorecard asks, in the survey and in the families it scores."""

import pandas as pd

from analytics.proxies import NOT_ASKED
from analytics.text import listing
from reports import words
from reports.drawing import Bars, Series, said
from reports.figures import Figure

SHARES = ("level", "flag")


def proxy_label(field: str, levels: tuple[str, ...]) -> str:
    """A row of `ProxyComparison.rows` in words: `Lantai: tanah`, `Sepeda motor`, `Dinding: tembok/seng`."""
    name = words.field(field)
    name = name[0].upper() + name[1:]
    known = words.LEVELS | {NOT_ASKED: "tidak ditanya"}
    named = [words.LEVELS_OF.get((field, level)) or known.get(level, level) for level in levels]
    return f"{name}: {'/'.join(named)}" if named else name


def proxy_bars(rows: pd.DataFrame, most: int = 14) -> Figure:
    """Share of each level and of each "yes", in the survey beside the register.

    rows: `ProxyComparison.rows`. Of more than `most` shares those furthest apart (in survey SDs) are drawn, the
    furthest first; else all in their order. Numbers (means) have no place here: a table shows them.
    """
    shares = rows[rows["kind"].isin(SHARES)]
    drawn = shares
    if len(shares) > most:
        far = shares["difference_sd"].abs().fillna(-1.0).sort_values(ascending=False, kind="stable")
        drawn = shares.loc[far.index[:most]]
    bars = Bars(
        names=[proxy_label(field, levels) for field, levels in zip(drawn["field"], drawn["levels"], strict=True)],
        series=[
            Series("Survei (tertimbang)", _values(drawn["survey"])),
            Series("Data keluarga (yang diketahui)", _values(drawn["register"])),
        ],
        name_title="",
        value_title="Bagian rumah tangga atau keluarga",
        unit="share",
        horizontal=True,
    )
    title = "Ciri yang sama dalam survei dan dalam data keluarga"
    if len(shares) > most:
        title = f"{most} dari {len(shares)} ciri yang paling berbeda antara survei dan data keluarga"
    return Figure(title, _alt(title, bars), bars)


def _values(column: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


def _alt(title: str, bars: Bars) -> str:
    pairs = [
        f"{name} {said(survey, 'share')} dalam survei dan {said(register, 'share')} dalam data keluarga"
        for name, survey, register in zip(bars.names, bars.series[0].values, bars.series[1].values, strict=True)
    ]
    if not pairs:
        return f"{title}: tidak ada data."
    return f"Diagram batang berpasangan. {title}. Yang teratas: {listing(pairs[:3])}."

"""What the pages draw alike: figures, warnings, tables, maps with their legend, charts in the reader's theme."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from analytics.text import UNKNOWN, known, number, percent
from data.errors import Refused
from data.store import Store
from reports import style

if TYPE_CHECKING:
    from geo.maps import MapSpec
    from reports.figures import Figure

UNVERIFIED = ":orange-badge[belum diverifikasi]"
MAP_WIDTH = 520  # pixels a map has at least: what a window of 800 leaves beside the sidebar
TURN = "giliran_peta"  # a map cannot be told to forget its own selection: a new number makes a new map
CHOSEN = "desa_dipilih"  # the village chosen on a map, a table or a matrix, shared by all pages


def percent_0(share: Any) -> str:
    """A share as `12%`."""
    return percent(share, 0)


def percent_1(share: Any) -> str:
    """A share as `12,3%`."""
    return percent(share, 1)


def quiet(text: str) -> str:
    """Text of a file or of the data (its name, a label, a heading) with nothing in it that Markdown would take for a
    sign."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#+!|$~:" else letter for letter in text)


def is_dark() -> bool:
    """The reader's theme is dark."""
    return st.context.theme.type == "dark"


def card(label: str, value: str, meaning: str, beside: str | None = None) -> None:
    """One figure: its definition on hover, and what it is compared with in small print below."""
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(label, value, help=meaning)
        st.caption(beside or "")


def warn(warnings: Sequence[str]) -> None:
    """All warnings of a page in one box."""
    if warnings:
        lines = warnings if len(warnings) == 1 else [f"- {warning}" for warning in warnings]
        st.warning("\n".join(lines), icon=":material/warning:")


def confirmed(label: str, question: str, key: str) -> bool:
    """Whether the user just asked for what cannot be undone: a first click opens the question, the second answers."""
    with st.popover(label, icon=":material/delete:"):
        st.markdown(question)
        return st.button("Ya, hapus", type="primary", key=key)


def two_parts() -> tuple[Any, Any]:
    """A wide and a narrow part side by side, below each other on a narrow screen."""
    grid = st.grid(3, min_column_width=290, gap="medium")
    return grid.cell(column_span=2), grid.cell()


def halves() -> tuple[Any, Any]:
    """Two like parts side by side, below each other where charts would lose their names."""
    grid = st.grid(2, min_column_width=380, gap="medium")
    return grid.cell(), grid.cell()


def table(
    frame: pd.DataFrame,
    columns: Mapping[str, str | tuple[str, Callable[[Any], str]]],
    alt: str,
    heat: Sequence[str] = (),
    **options: Any,
) -> Any:
    """A table with Indonesian headers and numbers that still sorts by value.

    columns: name -> header, or (header, how a value is written). heat: columns of shares (0 to 1) to be shaded.
    Streamlit's own number formats follow the browser's language, so numbers are written here (pandas Styler) and
    sent beside the values.
    """
    heads = {name: head if isinstance(head, str) else head[0] for name, head in columns.items()}
    written: dict[Any, Any] = {heads[name]: head[1] for name, head in columns.items() if not isinstance(head, str)}
    shown = frame[list(columns)].rename(columns=heads).style.format(written, na_rep=UNKNOWN)
    if heat:
        top = float(frame[list(heat)].max().max())
        shown = shown.map(_shade(is_dark(), top), subset=[heads[name] for name in heat])
    return st.dataframe(shown, hide_index=True, placeholder=UNKNOWN, alt=alt, **options)


def _shade(dark: bool, top: float) -> Callable[[Any], str]:
    ramp = style.theme(dark).ramp

    def css(share: Any) -> str:
        if not known(share):
            return ""
        step = min(int(share / top * len(ramp)) if top else 0, len(ramp) - 1)
        light_ink = (step >= len(ramp) // 2) != dark
        return f"background-color:{ramp[step]};color:{'#FFFFFF' if light_ink else '#16211F'}"

    return css


def show_figure(figure: "Figure", key: str) -> None:
    """A figure of reports.figures, in the reader's theme."""
    st.markdown(f"**{figure.title}**")
    drawn = figure.plotly(is_dark())
    # The title stands above, where it can wrap; values stand in a heat map's cells: a colour bar only takes room.
    crowned = any(trace.type == "heatmap" or trace.showlegend for trace in drawn.data)
    drawn.update_layout(title=None, margin_t=52 if crowned else 12)
    drawn.update_traces(showscale=False, selector={"type": "heatmap"})
    st.plotly_chart(drawn, theme=None, config=style.PLOTLY_CONFIG, key=key, alt=figure.alt)


def show_map(store: Store, values: pd.DataFrame, *, key: str, **about: Any) -> None:
    """A village map with its legend; a click puts the village into `desa_dipilih`. values, about: see `village_map`."""
    from geo.maps import deck, village_map

    chosen, key = st.session_state.get(CHOSEN), f"{key}_{st.session_state.get(TURN, 0)}"
    try:
        spec = village_map(store, values, dark=is_dark(), highlight=[chosen] if chosen else [], **about)
    except Refused as refused:
        st.info(refused.message, icon=":material/map:")
        return
    west, south, east, north = spec.bounds
    height = int(min(max(1.08 * MAP_WIDTH * (north - south) / (east - west), 320), 560))
    st.markdown(f"**{spec.title}**")
    legend(spec)
    st.pydeck_chart(
        deck(spec, height, MAP_WIDTH),
        height=height,
        key=key,
        on_select=lambda: _choose_on_map(key),
        alt=f"Peta: {spec.title}",
    )
    if spec.off_map:
        st.caption(f"{number(len(spec.off_map))} desa ada dalam data tetapi tidak punya batas di peta.")


def _choose_on_map(key: str) -> None:
    objects = st.session_state[key].selection.objects.get("desa", [])
    st.session_state[CHOSEN] = objects[0]["properties"]["code"] if objects else None


def village_table(villages: pd.DataFrame, columns: Mapping[str, Any], alt: str, key: str, **options: Any) -> str | None:
    """A table of villages (column `village`) whose selected row is the chosen village; gives its code or None."""
    codes = list(villages["village"])

    chosen = st.session_state.get(CHOSEN)
    rows = [codes.index(chosen)] if chosen in codes else []

    def choose() -> None:
        picked = list(st.session_state[key].selection.rows)
        # Called in every run that follows one in which the selection was set here: then nothing was picked.
        if picked != rows:
            st.session_state[CHOSEN] = codes[picked[0]] if picked else None
            st.session_state[TURN] = st.session_state.get(TURN, 0) + 1

    st.session_state[key] = {"selection": {"rows": rows}}
    table(villages, columns, alt, key=key, on_select=choose, selection_mode="single-row", **options)
    return codes[rows[0]] if rows else None


def legend(spec: "MapSpec") -> None:
    """A map's legend. Streamlit has no element that draws a colour swatch, hence the few inline styles."""
    swatch = (
        '<span style="white-space:nowrap"><span style="display:inline-block;width:.95em;height:.95em;border-radius:3px;'
        'margin-right:.4em;vertical-align:-.12em;background:{}"></span>{} <span style="opacity:.65">({})</span></span>'
    )
    drawn = "".join(swatch.format(entry.colour, escape(entry.label), number(entry.count)) for entry in spec.classes)
    title = f"{spec.legend_title} ({spec.unit})" if spec.unit else spec.legend_title
    st.html(
        '<div style="display:flex;flex-wrap:wrap;gap:.15rem .9rem;font-size:.85rem">'
        f"<span>{escape(title)}; dalam kurung: jumlah desa</span>{drawn}</div>"
    )

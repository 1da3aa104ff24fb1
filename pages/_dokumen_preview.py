"""A document on screen as it will read on paper: chapter by chapter, numbers with their definition on hover."""

from html import escape

import pandas as pd
import streamlit as st

from geo.maps import MapSpec
from pages._parts import is_dark, legend, quiet
from reports import style
from reports.documents.blocks import (
    Block,
    Cards,
    Document,
    Fact,
    Heading,
    Missing,
    Paragraph,
    Parts,
    Picture,
    Table,
    plain,
)


def preview(document: Document) -> None:
    """One chapter at a time: a whole document would be a very long page."""
    titles = [chapter.title for chapter in document.chapters]
    st.subheader("Pratinjau")
    chosen = st.segmented_control(
        "Bab", titles, default=titles[0], key=f"bab_{document.kind}", label_visibility="collapsed"
    )
    for number, chapter in enumerate(document.chapters):
        if chapter.title == (chosen or titles[0]):
            with st.container(border=True):
                st.markdown(f"### {quiet(chapter.title)}")
                for place, block in enumerate(chapter.blocks):
                    _draw(block, f"{document.kind}_{number}_{place}")


def _draw(block: Block, key: str) -> None:
    if isinstance(block, Heading):
        st.markdown(f"{'#' * (block.level + 2)} {quiet(block.text)}")
    elif isinstance(block, Paragraph):
        _paragraph(block)
    elif isinstance(block, Missing):
        st.info(f"{block.what} {block.how}", icon=":material/upload_file:")
    elif isinstance(block, Table):
        _table(block)
    elif isinstance(block, Cards):
        _cards(block)
    else:
        _picture(block, key)


def _paragraph(block: Paragraph) -> None:
    text = _html(block.parts)
    if block.style == "bullet":
        st.html(f'<ul style="margin:0"><li>{text}</li></ul>')
    elif block.style == "note":
        st.html(f'<p style="opacity:.7;font-size:.85rem;margin:0">{text}</p>')
    elif block.style == "human":
        st.html(f'<p style="border-left:3px solid currentColor;padding-left:.6rem;margin:0">{text}</p>')
    else:
        st.html(f'<p style="margin:0">{text}</p>')


def _html(parts: Parts) -> str:
    return "".join(
        f'<span title="{escape(_about(part), quote=True)}" style="font-weight:600">{escape(part.text)}</span>'
        if isinstance(part, Fact)
        else escape(part)
        for part in parts
    )


def _about(fact: Fact) -> str:
    who = "Diisi petugas. " if fact.human else ""
    return f"{fact.label} ({fact.unit}). {who}{fact.source} Tanda: {fact.id}"


def _cards(block: Cards) -> None:
    with st.grid(1 if block.stacked else len(block.cards), min_column_width=190):
        for entry in block.cards:
            big = escape(entry.sign) if entry.number is None else _html((entry.number,))
            st.html(
                f'<div style="font-size:1.9rem;line-height:1.2">{big}</div>'
                f'<div>{_html(entry.label)}</div><div style="opacity:.7;font-size:.85rem">{_html(entry.beside)}</div>'
            )


def _table(block: Table) -> None:
    st.markdown(f"**{quiet(block.title)}**")
    frame = pd.DataFrame([[plain(cell) for cell in row] for row in block.rows], columns=list(block.headers))
    st.dataframe(frame, hide_index=True, alt=block.title, height="content" if len(frame) <= 12 else 420)
    for note in block.notes:
        st.caption(quiet(note))


def _picture(block: Picture, key: str) -> None:
    if isinstance(block.what, MapSpec):
        from geo.maps import deck

        legend(block.what)
        st.pydeck_chart(deck(block.what), height=480, key=f"pratinjau_{key}")
    else:
        st.plotly_chart(
            block.what.plotly(is_dark()), theme=None, config=style.PLOTLY_CONFIG, key=f"pratinjau_{key}",
            alt=block.what.alt,
        )  # fmt: skip
    st.caption(quiet(block.caption))

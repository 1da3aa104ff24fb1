"""The figures of one family: what its score is made of, and how likely it is to be in each decile."""

from collections.abc import Sequence

from analytics.family_trace import Trace
from analytics.fields import title
from analytics.text import listing, number, percent
from reports.drawing import Bars, Series
from reports.figures import Figure
from reports.traits import trait

MOST = 12


def field_label(traced: Trace, field: str, filled: bool) -> str:
    """What a family has of a field, as a heading: `Berlantai tanah`; says where a gap was filled."""
    name = title(field)
    if filled:
        text = f"{name}: kosong, diisi rata-rata"
    elif field in traced.traits:
        text = trait(field, traced.traits[field])
    else:
        text = f"{name}: tidak berlaku"
    return text[0].upper() + text[1:]


def score_parts(traced: Trace) -> Figure:
    """Contribution of each field to the score against the regency's average, the largest effect on top.

    Fields beyond the twelve largest are one bar, so that the bars add up to the distance from the average.
    """
    fields = traced.by_field()
    names = [field_label(traced, row["field"], row["filled"]) for row in fields.to_dict("records")]
    values = fields["contribution"].tolist()
    if len(values) > MOST:
        names = [*names[:MOST], f"{len(values) - MOST} ciri lainnya bersama-sama"]
        values = [*values[:MOST], sum(values[MOST:])]
    bars = Bars(
        names=names,
        series=[Series("Sumbangan pada skor", values)],
        name_title="",
        value_title="Sumbangan pada skor (ln)",
        unit="real",
        horizontal=True,
        signed=True,
    )
    heading = "Yang menaikkan dan menurunkan skor keluarga ini"
    told = listing([f"{name} {number(value, 2)}" for name, value in zip(names[:3], values[:3], strict=True)])
    return Figure(heading, f"Diagram batang mendatar. {heading}. Terbesar: {told}.", bars)


def decile_chances(chances: Sequence[float]) -> Figure:
    """Chance of each decile of the regency. chances: ten, poorest first, summing to 1."""
    bars = Bars(
        names=[str(decile) for decile in range(1, 11)],
        series=[Series("Kemungkinan", list(chances))],
        name_title="Desil di kabupaten/kota (1 = termiskin)",
        value_title="Kemungkinan",
        unit="share",
    )
    heading = "Kemungkinan tempat keluarga ini yang sebenarnya"
    told = listing([f"desil {decile} {percent(chance, 0)}" for decile, chance in enumerate(chances, start=1)])
    return Figure(heading, f"Diagram batang. {heading}: {told}.", bars)

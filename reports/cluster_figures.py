"""Groups of villages (`analytics.clusters`) in words, as a picture and in the colours of their map."""

from analytics.clusters import CATEGORY_NAMES, Clusters
from analytics.text import number, percent
from reports.drawing import Bars, Series, said
from reports.figures import Figure

# Okabe and Ito's vermilion and blue stay apart in all common kinds of colour blindness; what cannot be told apart is
# paler than both and unlike the grey of "no data".
COLOURS = {
    False: {"hot": "#d55e00", "cold": "#0072b2", "indistinct": "#f0ebdd"},
    True: {"hot": "#f08a3c", "cold": "#3f9ad6", "indistinct": "#2b302f"},
}
NONE = "Tidak ada kelompok desa yang dapat dibedakan dari kebetulan."


def category_colours(dark: bool) -> dict[str, str]:
    """Name of a category -> #rrggbb, in the order of the legend; "no data" has the map's own colour."""
    return {CATEGORY_NAMES[category]: colour for category, colour in COLOURS[dark].items()}


def answer(found: Clusters) -> str:
    """The page's first sentences: how many groups, how much poorer, or that none can be told apart."""
    if not found.of_category("hot") and not found.of_category("cold"):
        return f"**{NONE}** {found.reason or 'Desa yang tinggi dan yang rendah tersebar seperti bila diundi.'}"
    hot, cold = _said(found, "hot", "lebih miskin"), _said(found, "cold", "kurang miskin")
    return f"**{hot}** {cold}" if found.of_category("hot") else f"{hot} **{cold}**"


def _said(found: Clusters, category: str, how: str) -> str:
    groups = found.groups[found.groups["category"] == category]
    if groups.empty:
        return f"Tidak ada kelompok desa yang jelas {how} daripada wilayahnya."
    rate = groups["persons"].sum() / groups["population"].sum()
    villages = int(groups["villages"].sum())
    return (
        f"{number(len(groups))} kelompok desa ({number(villages)} desa) jauh {how}: "
        f"{percent(rate, 0)} penduduknya miskin ekstrem, dibanding {percent(found.rate, 0)} di semua desa yang dinilai."
    )


def group_bars(found: Clusters) -> Figure:
    """Rate of each group beside that of all villages judged, the poorest first."""
    groups = found.groups.sort_values("rate", ascending=False, kind="stable")
    bars = Bars(
        names=[group_name(group) for group in groups.to_dict("records")],
        series=[Series("Bagian penduduk", [float(rate) for rate in groups["rate"]])],
        name_title="",
        value_title="Bagian penduduk yang miskin ekstrem",
        unit="share",
        horizontal=True,
        mark=(found.rate, f"semua desa: {said(found.rate, 'share')}") if found.rate is not None else None,
    )
    title = "Bagian penduduk miskin ekstrem tiap kelompok desa"
    parts = [f"{name} {said(value, 'share')}" for name, value in zip(bars.names, bars.series[0].values, strict=True)]
    return Figure(title, f"{title}: {'; '.join(parts)}. Semua desa yang dinilai: {said(found.rate, 'share')}.", bars)


def group_name(group: dict) -> str:
    """`Lebih miskin 1: Rantau Makmur (7 desa)`, from a row of `Clusters.groups`."""
    how = "Lebih miskin" if group["category"] == "hot" else "Kurang miskin"
    places = list(group["districts"]) or ["kecamatan tidak dikenal"]
    where = places[0] if len(places) == 1 else f"{places[0]} dan {len(places) - 1} kecamatan lain"
    return f"{how} {group['group']}: {where} ({number(group['villages'])} desa)"

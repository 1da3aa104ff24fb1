"""Groups of villages (`analytics.clusters`) in words, as a picture and in the colours of their map."""

from analytics.clusters import CATEGORY_NAMES, Clusters
from analytics.text import listing, number, percent
from reports.drawing import Bars, Series, said
from reports.figures import Figure

# Okabe and Ito's vermilion and blue stay apart in all common kinds of colour blindness; what cannot be told apart is
# paler than both and unlike the grey of "no data".
COLOURS = {
    False: {"hot": "#d55e00", "cold": "#0072b2", "indistinct": "#f0ebdd"},
    True: {"hot": "#f08a3c", "cold": "#3f9ad6", "indistinct": "#2b302f"},
}
NAMED = 4  # groups whose place the first sentence says
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
    places = [_where(list(districts)) for districts in groups["districts"]]
    where = f", di {listing(list(dict.fromkeys(places)))}," if len(places) <= NAMED else ""
    return (
        f"{number(len(groups))} kelompok desa ({number(villages)} desa){where} jauh {how}: "
        f"{percent(rate, 0)} penduduknya miskin ekstrem, dibanding {percent(found.rate, 0)} di semua desa yang dinilai."
    )


def group_bars(found: Clusters) -> Figure:
    """Rate of each group and of all villages judged, the poorest first."""
    rates = [(group_name(group), float(group["rate"])) for group in found.groups.to_dict("records")]
    rates += [("Semua desa yang dinilai", found.rate)] if found.rate is not None else []
    rates.sort(key=lambda entry: -entry[1])
    bars = Bars(
        names=[name for name, _ in rates],
        series=[Series("Bagian penduduk", [rate for _, rate in rates])],
        name_title="",
        value_title="Bagian penduduk yang miskin ekstrem",
        unit="share",
        horizontal=True,
    )
    title = "Bagian penduduk miskin ekstrem tiap kelompok desa"
    spoken = "; ".join(f"{name} {said(rate, bars.unit)}" for name, rate in rates)
    return Figure(title, f"{title}: {spoken}.", bars)


def group_name(group: dict) -> str:
    """`Lebih miskin 1: Rantau Makmur (7 desa)`, from a row of `Clusters.groups`."""
    how = "Lebih miskin" if group["category"] == "hot" else "Kurang miskin"
    return f"{how} {group['group']}: {_where(list(group['districts']))} ({number(group['villages'])} desa)"


def _where(districts: list[str]) -> str:
    if not districts:
        return "kecamatan tidak dikenal"
    return districts[0] if len(districts) == 1 else f"{districts[0]} dan {len(districts) - 1} kecamatan lain"

"""One village as pictures: what its extreme poor lack and who lives there, both beside the regency."""

import pandas as pd

from analytics.text import known, listing
from analytics.village import VillageProfile
from reports.drawing import Bars, Series, said
from reports.figures import Figure

MOST_NEEDS = 8


def needs_beside(profile: VillageProfile) -> Figure:
    """The most frequent needs of the village's extreme poor, beside those of the regency's."""
    shown = profile.families.needs
    shown = shown[shown["extreme_share"].notna() & (shown["extreme_yes"] > 0)].head(MOST_NEEDS)
    return _beside(
        shown, "extreme_share", profile, "Yang paling sering dibutuhkan keluarga miskin ekstrem",
        "Bagian dari keluarga miskin ekstrem",
    )  # fmt: skip


def people_beside(profile: VillageProfile) -> Figure:
    """Traits of the village's families, beside those of the regency's."""
    shown = profile.families.traits
    shown = shown[shown["share"].notna()]
    return _beside(shown, "share", profile, "Siapa yang tinggal di sini", "Bagian dari semua keluarga")


def _beside(rows: pd.DataFrame, share: str, profile: VillageProfile, title: str, value_title: str) -> Figure:
    regency = [float(value) if known(value) else None for value in rows["regency_share"]]
    bars = Bars(
        names=list(rows["title"]),
        series=[
            Series(profile.name or "Desa ini", [float(value) for value in rows[share]]),
            Series("Kabupaten/kota", regency),
        ],
        name_title="",
        value_title=value_title,
        unit="share",
        horizontal=True,
    )
    texts = [
        f"{name} {said(float(here), 'share')} (kabupaten/kota {said(there, 'share')})"
        for name, here, there in zip(rows["title"], rows[share], regency, strict=True)
    ]
    return Figure(title, f"Diagram batang. {title}: {listing(texts) if texts else 'tidak ada data'}.", bars)

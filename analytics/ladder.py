"""The ladder of regional targeting: what the centre gives the extreme poor, and what is left (guide 4.2(9))."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analytics import definitions
from analytics.combinations import Held, absent_text, count, entry, held_programmes
from analytics.eligibility import COMPONENTS
from analytics.scope import Scope
from analytics.text import listing
from data.rules import Sufficiency, sufficiency
from data.store import Store

CLASSES: dict[str, str] = {
    "central_sufficient": "Menerima program pusat, sudah cukup",
    "central_insufficient": "Menerima program pusat, belum cukup",
    "regional_only": "Hanya dalam daftar daerah atau desa",
    "neither": "Belum dalam daftar mana pun",
    "not_judged": "Belum dapat dinilai",
}
# What the guide asks a region to do for each class.
STEPS: dict[str, str] = {
    "central_sufficient": "Pertahankan dan pantau.",
    "central_insufficient": "Tambahkan program daerah.",
    "regional_only": "Dahulukan dalam program daerah dan usulkan ke program pusat.",
    "neither": "Sasar dengan program daerah dan usulkan ke basis data.",
    "not_judged": "Muat daftar atau lengkapi data yang belum ada.",
}


@dataclass(frozen=True)
class Ladder:
    """The extreme poor by what they receive.

    rows, in the order of CLASSES: class, title, families, persons, share (of all extreme-poor families; null where
    there are none), propose (bool: "usulkan ke basis data"), reason (Indonesian or null). families and persons are
    null where no family could be put into the class, for want of lists; expected numbers under `pmt_line`. persons is
    null too where the families are there and no size is known.
    total_families, total_persons: all extreme poor, the sum of the classes; null where nobody's status is known.
    rule: the dated rule of what is enough; None: none in force. lists: the central and the regional programmes that
    were counted, by code.
    """

    scope: Scope
    rows: pd.DataFrame
    total_families: float | None
    total_persons: float | None
    rule: Sufficiency | None
    central: tuple[str, ...]
    regional: tuple[str, ...]
    definition_text: str


def ladder(store: Store, scope: Scope, on: date | None = None, held: Held | None = None) -> Ladder:
    """The classes by the rules in force `on` a day (today); held: where it was counted already.

    Raises Refused `component_unknown`.
    """
    held = held or held_programmes(store, scope, on)
    rule = sufficiency(held.on)
    central, regional = provided(held, central=True), provided(held, central=False)
    classes = _classes(held, rule, central, regional)
    reasons = _reasons(held, rule, regional)
    rows = [_row(held, name, held.cells[classes == name], reasons) for name in CLASSES]
    frame = definitions.no_nan_text(pd.DataFrame(rows))
    frame = definitions.counted(scope, frame, ("families", "persons"))
    whole = frame["families"].sum() if held.status_known else None
    people = frame.loc[frame["families"].fillna(0) > 0, "persons"]
    frame["share"] = frame["families"].astype("Float64") / whole if whole else pd.NA
    return Ladder(
        scope=scope,
        rows=frame,
        total_families=whole,
        total_persons=None if whole is None or (whole and people.isna().all()) else people.sum(),
        rule=rule,
        central=central,
        regional=regional,
        definition_text=definitions.definition_text(store, scope),
    )


def provided(held: Held, central: bool) -> tuple[str, ...]:
    """The open programmes of the centre, or of region and village, that the snapshot has recipients of."""
    return tuple(
        code
        for code in held.catalogue.codes
        if code in held.catalogue.loaded and not entry(code).closed and (entry(code).provider == "pusat") == central
    )


def _classes(held: Held, rule: Sufficiency | None, central: tuple[str, ...], regional: tuple[str, ...]) -> pd.Series:
    """The class of each cell. What a list that is not loaded might change is not judged."""
    cells, known = held.cells, held.catalogue
    asked = known.bits(rule.programmes) if rule else 0
    loaded = known.bits(code for code in rule.programmes if code in known.loaded) if rule else 0
    receives = (cells["held"] & known.bits(central)) != 0
    lacking = (cells["has"] & ~cells["held"] & loaded) != 0
    unsure = ((cells["unsure"] & ~cells["held"] & asked) != 0) | ((cells["has"] & asked & ~loaded) != 0)
    nothing_central = ~receives & (asked == loaded) & bool(rule)
    in_region = (cells["held"] & known.bits(regional)) != 0
    other = (cells["held"] & ~known.open_bits) == cells["held"]
    found = pd.Series("not_judged", index=cells.index)
    found[receives & lacking & bool(rule)] = "central_insufficient"
    found[receives & ~lacking & ~unsure & bool(rule)] = "central_sufficient"
    found[nothing_central & in_region] = "regional_only"
    found[nothing_central & other & bool(regional)] = "neither"
    return found


def _reasons(held: Held, rule: Sufficiency | None, regional: tuple[str, ...]) -> dict[str, str | None]:
    """Why a class is empty for want of knowledge, and why families are not judged."""
    if not held.status_known:
        return dict.fromkeys(CLASSES, "Status miskin ekstrem keluarga belum diketahui menurut definisi ini.")
    if rule is None:
        return dict.fromkeys(CLASSES, "Belum ada aturan kecukupan yang berlaku pada hari hitung.")
    absent = held.catalogue.absent(rule.programmes)
    no_centre = absent_text(absent) if absent else None
    no_region = None if regional else "Belum ada daftar penerima program daerah atau desa."
    causes = [cause for cause in (no_centre, no_region) if cause]
    if held.catalogue.unknown:
        causes.append(f"Penyedia program {listing(held.catalogue.unknown_shown)} tidak ada dalam katalog.")
    missing = sorted({name for code in rule.programmes for name in _component(code, held)} & set(held.unrecorded))
    if missing:
        asking = [code for code in rule.programmes if set(_component(code, held)) & set(missing)]
        causes.append(
            f"Data tidak mencatat {listing([COMPONENTS[name] for name in missing])}, sehingga belum diketahui apakah "
            f"sebagian keluarga berhak atas {listing(asking)}."
        )
    else:
        causes.append("Syarat program pada sebagian keluarga tidak tercatat.")
    return {
        "central_sufficient": no_centre,
        "central_insufficient": None,
        "regional_only": no_centre or no_region,
        "neither": no_centre or no_region,
        "not_judged": " ".join(causes),
    }


def _component(code: str, held: Held) -> tuple[str, ...]:
    rule = entry(code).rule(held.on)
    return rule.component if rule else ()


def _row(held: Held, name: str, cells: pd.DataFrame, reasons: dict[str, str | None]) -> dict[str, Any]:
    families, persons = count(held, cells, extreme=True)
    empty = families == 0
    unjudged = name == "not_judged"
    unknowable = (empty and not unjudged and reasons[name] is not None) or not held.status_known
    return {
        "class": name,
        "title": CLASSES[name],
        "families": None if unknowable else families,
        "persons": None if unknowable else persons,
        "propose": name == "neither",
        "reason": None if unjudged and empty and held.status_known else reasons[name],
    }

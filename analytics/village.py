"""One village on one page: how poor, who lives there, what they lack and receive, what is around (for musyawarah desa).

Every figure is that of the page it comes from, under the same scope; nothing here is counted by another rule.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from analytics import catalogue, definitions
from analytics.clusters import Clusters
from analytics.combinations import held_programmes
from analytics.inventory import entries
from analytics.ladder import Ladder, ladder
from analytics.overlaps import overlaps
from analytics.pockets import Pockets, find_pockets
from analytics.scope import Scope
from analytics.text import about, interval, known, listing, mid_sentence, number, percent
from analytics.village_families import Families, village_families, village_programmes
from analytics.village_surroundings import completeness_of, facilities_of, neighbours_of
from data.errors import Refused
from data.load_register import UNKNOWN_VILLAGE
from data.reference import parameter
from data.store import Store

VILLAGE = re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}")


@dataclass(frozen=True)
class VillageProfile:
    """A village under a scope whose region it is. Counts are of families and persons; null = not known, never zero.

    code; name, district, regency (names; null outside the code list); head: the data's source and date.
    row: of `Pockets.by_village` (persons, families, rate, expected, low, high, probability, priority, is_pocket,
    status, listed_families, listed_persons, ...) as a dict. status_reason: why that status, one sentence.
    ranks: within ("district" | "regency"), area (name), by ("persons" | "rate"), place (1 = most; equal villages share
    the better place; null where the village's figure is not known), of (villages whose figure is known), tied (another
    village has the same figure).
    families: see `Families`. programmes: see `village_programmes`. ladder: of the village. faults: the rules of
    `Overlaps.rows` that forbid a combination. facilities, neighbours, completeness: see village_surroundings.
    inventory: `inventory.entries` of the village, wider ones included. neighbours_absent: why there are none.
    """

    scope: Scope
    head: catalogue.Head
    code: str
    name: str | None
    district: str | None
    regency: str | None
    row: dict[str, Any]
    status_reason: str
    ranks: pd.DataFrame
    families: Families
    programmes: pd.DataFrame
    ladder: Ladder
    faults: pd.DataFrame
    facilities: pd.DataFrame
    inventory: pd.DataFrame
    neighbours: pd.DataFrame
    neighbours_absent: str | None
    completeness: pd.DataFrame
    definition_text: str
    warnings: tuple[str, ...]

    def rank(self, within: str, by: str = "persons") -> dict[str, Any]:
        """One row of `ranks`."""
        chosen = (self.ranks["within"] == within) & (self.ranks["by"] == by)
        return {str(name): value for name, value in self.ranks[chosen].iloc[0].items()}

    def in_class(self, name: str) -> dict[str, Any]:
        """One row of the ladder."""
        rows = self.ladder.rows
        return {str(column): value for column, value in rows[rows["class"] == name].iloc[0].items()}


def village_profile(
    store: Store, scope: Scope, on: date | None = None, clusters: Clusters | None = None
) -> VillageProfile:
    """The profile of the village that is the scope's region, by the rules in force `on` a day (today).

    clusters: where they are computed already, for a region that holds the village; they take too long for this page.
    Raises Refused `village_required`, `region_without_data`, `snapshot_unknown`, `component_unknown`,
    `need_unknown_field`.
    """
    day = on or date.today()
    if not VILLAGE.fullmatch(scope.region) or scope.region.endswith(UNKNOWN_VILLAGE):
        raise Refused("village_required", "Pilih satu desa atau kelurahan; profil dibuat untuk satu desa itu.")
    head = catalogue.head(store, scope.snapshot_id)
    pockets = find_pockets(store, replace(scope, region=scope.region[:5]), on)
    found = pockets.by_village[pockets.by_village["village"] == scope.region]
    if found.empty:
        raise Refused(
            "region_without_data",
            f"Desa {scope.region} tidak ada dalam data ini maupun daftar wilayahnya; pilih desa lain.",
        )
    row = {str(name): value if known(value) else None for name, value in found.iloc[0].items()}
    held = held_programmes(store, scope, on)
    rules = overlaps(store, scope, on, held)
    around, absent = neighbours_of(store, pockets, scope.region, clusters, on)
    regency = store.one("SELECT name FROM region WHERE code = $code", {"code": scope.region[:5]})
    regency_name = regency["name"] if regency else None
    listed = {"families": row["listed_families"], "persons": row["listed_persons"]}
    return VillageProfile(
        scope=scope,
        head=head,
        code=scope.region,
        name=row["name"],
        district=row["district"],
        regency=regency_name,
        row=row,
        status_reason=_status_reason(row, pockets, on),
        ranks=ranks(pockets.by_village, scope.region, {"district": row["district"], "regency": regency_name}),
        families=village_families(store, scope),
        programmes=village_programmes(store, scope, held, day),
        ladder=ladder(store, scope, on, held),
        faults=rules.rows[rules.rows["kind"] == "forbidden"].reset_index(drop=True),
        facilities=facilities_of(store, scope.region),
        inventory=entries(store, scope.region),
        neighbours=around,
        neighbours_absent=absent,
        completeness=completeness_of(store, scope, head, listed, on),
        definition_text=pockets.definition_text,
        warnings=tuple(_warnings(row, held.catalogue.loaded)),
    )


def ranks(villages: pd.DataFrame, code: str, areas: dict[str, str | None]) -> pd.DataFrame:
    """See `VillageProfile.ranks`. villages: village, persons, rate of a regency; areas: the names."""
    real = villages[~villages["village"].str.endswith(UNKNOWN_VILLAGE)]
    rows = []
    for within, digits in (("district", 8), ("regency", 5)):
        inside = real[real["village"].str.startswith(code[:digits])].set_index("village")
        for by in ("persons", "rate"):
            values = inside[by].dropna().astype(float)
            own = values.get(code)
            rows.append(
                {"within": within, "area": areas[within], "by": by,
                 "place": None if own is None else 1 + int((values > own).sum()), "of": len(values),
                 "tied": own is not None and int((values == own).sum()) > 1}
            )  # fmt: skip
    return definitions.integers(pd.DataFrame(rows), ("place", "of"))


def _status_reason(row: dict[str, Any], pockets: Pockets, on: date | None) -> str:
    """Why the village is, or is not, a pocket, with its place on the list of priorities."""
    limit = number(pockets.threshold.value)
    if row["listed_families"] is None:
        return "Tidak dapat dihitung: tidak ada keluarga desa ini dalam data, dan itu bukan berarti nol."
    if row["persons"] is None:
        why = (
            "jumlah anggota keluarga miskin ekstremnya tidak diketahui" if row["families"] is not None else
            "peringkat keluarganya tidak diketahui"
        )  # fmt: skip
        return f"Tidak dapat dihitung: {why}."
    if pockets.scope.definition == "pmt_line":
        bound = percent(parameter("pocket_probability", on).value, 0)
        if row["probability"] is None:
            return "Tidak dapat dihitung: peluang desa ini belum ada dalam hitungan terakhir."
        side = "di atas" if row["is_pocket"] else "tidak di atas"
        said = (
            f"Peluang ada lebih dari {limit} jiwa miskin ekstrem {percent(row['probability'], 0)}, {side} {bound}; "
            f"jumlahnya diperkirakan {about(row['persons'])} jiwa (selang 80%: {interval(row['low'], row['high'])})"
        )
    else:
        over = "lebih dari batas" if row["is_pocket"] else "tidak lebih dari batas"
        said = f"{number(row['persons'])} jiwa miskin ekstrem, {over} {limit} jiwa"
    if row["priority"] is None:
        return f"{said}; daftar lokasi prioritas belum dimuat."
    return f"{said}; {'termasuk' if row['priority'] else 'tidak termasuk'} daftar lokasi prioritas."


def _warnings(row: dict[str, Any], loaded: frozenset[str]) -> list[str]:
    found = []
    if row["listed_families"] is None:
        found.append("Tidak ada satu keluarga pun dari desa ini dalam data; angka yang kosong bukan nol.")
    if row["families_unknown_status"]:
        found.append(
            f"{number(row['families_unknown_status'])} keluarga belum dapat dinilai: tidak diketahui miskin ekstrem "
            "atau bukan."
        )
    if row["families_unknown_size"]:
        found.append(
            f"{number(row['families_unknown_size'])} keluarga miskin ekstrem tanpa jumlah anggota: jiwanya tidak ikut "
            "terhitung."
        )
    if row["name"] is None:
        found.append("Kode desa ini tidak ada di daftar wilayah.")
    if not loaded:
        found.append("Data tidak memuat penerima program; impor daftar penerima agar program dan tangga dapat dinilai.")
    return found


# The sentence for a village meeting --------------------------------------------------------------


def summary(profile: VillageProfile, counts: dict[str, str | None] | None = None) -> str:
    """What a village meeting should know, in one paragraph.

    counts: families, persons, extreme_families, extreme_persons, neither, need as they may be said where the paragraph
    leaves the screen; None = may not be said, and then nor is a place in an order that would tell it.
    """
    said = counts or exact(profile)
    name = profile.name or profile.code
    if profile.row["listed_families"] is None:
        return f"{name} tidak punya satu keluarga pun dalam data ini."
    if profile.row["families"] is None:
        return f"{name} tercatat {said['families']} keluarga; jumlah yang miskin ekstrem belum dapat dihitung."
    if not profile.row["families"]:
        return f"Tidak ada keluarga miskin ekstrem di antara {said['families']} keluarga {name} menurut definisi ini."
    told = "diperkirakan" if profile.scope.definition == "pmt_line" else "tergolong"
    people = f" ({said['extreme_persons']} jiwa)" if said["extreme_persons"] else ""
    parts = [
        f"Dari {said['families']} keluarga di {name}, {said['extreme_families']} keluarga{people} {told} miskin "
        f"ekstrem{_placed(profile) if said['extreme_persons'] else ''}."
    ]
    if said["neither"]:
        parts.append(f"{said['neither']} di antaranya belum masuk daftar program mana pun.")
    if said["need"]:
        parts.append(f"Kebutuhan mereka yang paling sering: {said['need']}.")
    lacking = list(profile.facilities.loc[profile.facilities["state"] == "lacking", "title"].str.lower())
    if lacking:
        parts.append(f"Yang kurang di desa: {listing(lacking)}.")
    return " ".join(parts)


def exact(profile: VillageProfile) -> dict[str, str | None]:
    """The counts of `summary` as the screen says them."""
    row, poor = profile.row, about if profile.scope.definition == "pmt_line" else number
    neither = profile.in_class("neither")["families"]
    top = profile.families.needs.iloc[0]
    return {
        "families": number(row["listed_families"]),
        "extreme_families": poor(row["families"]),
        "extreme_persons": poor(row["persons"]) if known(row["persons"]) else None,
        "neither": f"{poor(neither)} keluarga" if known(neither) and neither else None,
        "need": f"{mid_sentence(top['title'])} ({percent(top['extreme_share'], 0)})"
        if known(top["extreme_share"]) and top["extreme_yes"] else None,
    }  # fmt: skip


def _placed(profile: VillageProfile) -> str:
    """`: urutan 2 dari 15 desa di Kec. Muara dan 12 dari 120 desa di Contoh (1 = terbanyak)`"""
    district, regency = profile.rank("district"), profile.rank("regency")
    if not known(regency["place"]):
        return ""
    where = f"di Kec. {profile.district}" if profile.district else "di kecamatannya"
    return (
        f": urutan {place(district)} {where} dan {place(regency)} di {profile.regency or 'kabupaten/kotanya'} "
        "(1 = terbanyak)"
    )


def place(rank: dict[str, Any]) -> str:
    """`2 dari 15 desa`"""
    return f"{number(rank['place'])} dari {number(rank['of'])} desa"

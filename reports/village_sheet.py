"""The village profile on its way out: its tables with small cells hidden, as a workbook; the printed page reads them.

Nothing here is by name. What a count must not say, a place in an order or a share must not say either: shares are
quotients of published counts, and a village whose count is hidden loses its places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analytics.clusters import CATEGORY_NAMES
from analytics.pockets import STATUS_NAMES
from analytics.text import known, mid_sentence, number, percent
from analytics.village import VILLAGE, VillageProfile, ranks, summary
from analytics.village_surroundings import FACILITY_STATES, VERDICTS
from data.load_inventory import WORDS
from data.reference import parameter
from reports.disclosure import HIDDEN, REMARK, protect, share
from reports.documents.blocks import Fact
from reports.documents.door import Door, Published, door
from reports.documents.ledger import HIDDEN as MARK
from reports.documents.shared_places import PlaceFacts
from reports.provenance import Provenance
from reports.tables import Sheet, to_xlsx

OF = {"families": "Keluarga", "persons": "Jiwa"}
WITHIN = {"district": "Kecamatan", "regency": "Kabupaten/kota"}
BY = {"persons": "Jiwa miskin ekstrem", "rate": "Bagian penduduk"}
ESTIMATED = "Angka miskin ekstrem perkiraan dari peluang, bukan hitungan menurut nama."


@dataclass(frozen=True)
class SafeProfile:
    """What may leave of a profile. All counts protected, shares made of them; null = hidden or not known.

    poor: figure (extreme, then the classes of the ladder), title, families, persons. people: trait, title, yes,
    answered, share, regency_share. needs: need, title, programme, office, extreme_yes, extreme_answered,
    extreme_share, regency_share. programmes: programme, name, rule, recipients, eligible, covered, uncovered
    (families). completeness: of, listed, reference, share, verdict, date, source. neighbours: village, name, district,
    families, persons, status, category. ranks: as `VillageProfile`, by printed persons alone; empty where the
    count behind them is hidden.
    sentence: `village.summary` of these numbers. notes: rules, in Indonesian.
    """

    profile: VillageProfile
    poor: pd.DataFrame
    people: pd.DataFrame
    needs: pd.DataFrame
    programmes: pd.DataFrame
    completeness: pd.DataFrame
    neighbours: pd.DataFrame
    ranks: pd.DataFrame
    sentence: str
    notes: tuple[str, ...]


def safe(profile: VillageProfile, places: Mapping[str, PlaceFacts]) -> SafeProfile:
    """The profile as it may leave. places: what documents print of this village and its neighbours
    (`pocket_export.printed_places`); what is hidden there is hidden here, with all its parts."""
    own = places[profile.code]
    poor, note = _poor(profile, own)
    completeness = _completeness(profile)
    extreme, listed = poor.iloc[0], completeness.iloc[0]["listed"]
    needs = _needs(profile, known(extreme["families"]))
    shown = known(extreme["families"]) and known(extreme["persons"])
    # Nobody is told where among its neighbours a village stands whose own number is hidden; the others stand by printed
    # numbers, since a place by true ones would say more of their neighbours than is printed.
    around = {code: place.persons.value or 0 for code, place in places.items() if VILLAGE.fullmatch(code)}
    rows = pd.DataFrame({"village": list(around), "persons": list(around.values()), "rate": None})
    areas = {"district": profile.district, "regency": profile.regency}
    ranked = ranks(rows, profile.code, areas).query("by == 'persons'")
    ranked = ranked if shown else ranked.head(0)
    # A village whose number is hidden has extreme poor as far as anybody can tell.
    told = {**profile.row, "families": 1} if own.families.text == MARK else profile.row
    by_chance = profile.scope.definition == "pmt_line"
    return SafeProfile(
        profile=profile,
        poor=poor,
        people=_people(profile),
        needs=needs,
        programmes=_programmes(profile),
        completeness=completeness,
        neighbours=_neighbours(profile, places),
        ranks=ranked,
        sentence=summary(replace(profile, ranks=ranked, row=told), _said(poor, needs, listed, shown)),
        notes=(note, ESTIMATED) if by_chance else (note,),
    )


def _said(poor: pd.DataFrame, needs: pd.DataFrame, listed: Any, shown: bool) -> dict[str, str | None]:
    extreme, few = poor.iloc[0], f"kurang dari {number(parameter('disclosure_threshold').value)}"
    neither = poor.loc[poor["figure"] == "neither", "families"].iloc[0]
    top = needs.iloc[0] if len(needs) else None
    return {
        "families": number(listed) if known(listed) else few,
        "extreme_families": number(extreme["families"]) if known(extreme["families"]) else "sejumlah",
        "extreme_persons": number(extreme["persons"]) if shown else None,
        "neither": f"{number(neither)} keluarga" if known(neither) and neither else None,
        "need": f"{mid_sentence(top['title'])} ({_size(top)})" if top is not None and known(top["extreme_yes"])
        and top["extreme_yes"] else None,
    }  # fmt: skip


def _size(need: pd.Series) -> str:
    """How frequent a need is: as a share, or as a count where the village has too few families for a share."""
    share_, count = need["extreme_share"], need["extreme_yes"]
    return percent(share_, 0) if known(share_) else f"{number(count)} keluarga"


def _protected(profile: VillageProfile, frame: pd.DataFrame, expected: bool, **rules: Any) -> tuple[pd.DataFrame, str]:
    """The frame as `disclosure.protect` gives it, in the frame's own order; expected numbers as whole ones.

    Expected numbers count nobody, but in a village of very few families they would tell how large a family is.
    """
    (key,) = rules["keys"]
    columns = [column for families, others in rules["counts"].items() for column in (families, *others)]
    if not expected:
        found = protect(frame, **rules)
        order = {name: place for place, name in enumerate(frame[key])}
        table = found.frame.sort_values(key, key=lambda names: names.map(order), ignore_index=True)
        return table, found.note
    table = frame[[key, *rules.get("labels", {}).get(key, ()), *columns]].copy()
    few = profile.families.total < parameter("disclosure_threshold").value
    table[columns] = table[columns].round().astype("Int64")
    if few:
        table[columns] = pd.NA
    for name, (upper, lower) in rules.get("rates", {}).items():
        table[name] = share(table[upper], table[lower], int(parameter("disclosure_base").value))
    table[REMARK] = HIDDEN if few else ""
    return table.reset_index(drop=True), protect(frame.head(0), **rules).note


def _expected(profile: VillageProfile) -> bool:
    return profile.scope.definition == "pmt_line"


def _poor(profile: VillageProfile, own: PlaceFacts) -> tuple[pd.DataFrame, str]:
    """The extreme poor as documents print them, then the classes that are their parts."""
    official, rows = door("official"), profile.ladder.rows
    families = _parts(official, own.families, profile.row["families"], list(rows["families"]))
    few = [part.hidden for part in families]
    persons = _parts(official, own.persons, profile.row["persons"], list(rows["persons"]), few)
    table = pd.DataFrame({
        "figure": ["extreme", *rows["class"]],
        "title": ["Miskin ekstrem", *rows["title"]],
        "families": [own.families.value, *(part.value for part in families)],
        "persons": [own.persons.value, *(part.value for part in persons)],
    })  # fmt: skip
    table[["families", "persons"]] = table[["families", "persons"]].astype("Float64").astype("Int64")
    hidden = [MARK in (own.families.text, own.persons.text),
              *(one.hidden or other.hidden for one, other in zip(families, persons, strict=True))]  # fmt: skip
    table[REMARK] = [HIDDEN if one else "" for one in hidden]
    return table, official.note


def _parts(by: Door, whole: Fact, true: Any, parts: list[Any], few: Sequence[bool] = ()) -> list[Published]:
    """Parts of a printed whole; all of them hidden where it is. true: the whole as it was counted."""
    if whole.text == MARK:
        return [Published(None, hidden=bool(known(part))) for part in parts]
    return by.parts(true, parts, few)


def _people(profile: VillageProfile) -> pd.DataFrame:
    frame = profile.families.traits.assign(answered=lambda rows: rows["yes"] + rows["no"])
    table, _ = _protected(
        profile, frame, False, keys=["trait"], labels={"trait": ["title"]}, counts={"yes": [], "answered": []},
        rates={"share": ("yes", "answered")},
    )  # fmt: skip
    return _beside(profile, table, frame, "trait")


def _needs(profile: VillageProfile, shown: bool) -> pd.DataFrame:
    """shown: whether the number of extreme-poor families is, of whom these are parts."""
    rows = profile.families.needs
    frame = rows.assign(extreme_answered=rows["extreme_yes"] + rows["extreme_no"])
    table, _ = _protected(
        profile, frame, _expected(profile), keys=["need"], labels={"need": ["title", "programme", "office"]},
        counts={"extreme_yes": [], "extreme_answered": []},
        rates={"extreme_share": ("extreme_yes", "extreme_answered")},
    )  # fmt: skip
    if not shown:
        table[["extreme_yes", "extreme_answered", "extreme_share"]] = pd.NA
        table[REMARK] = HIDDEN
    table = _beside(profile, table, frame, "need")
    # An order by true counts would rank what is hidden.
    return table.sort_values(["extreme_yes", "title"], ascending=[False, True], na_position="last", ignore_index=True)


def _beside(profile: VillageProfile, table: pd.DataFrame, frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """The regency's share, to the per cent; not where the regency is little more than this village."""
    beside = frame.set_index(key)["regency_share"].round(2)
    if 2 * profile.families.total > profile.families.regency_total:
        beside = beside.mask(beside.notna())
    return table.join(beside, on=key)


def _programmes(profile: VillageProfile) -> pd.DataFrame:
    rows = profile.programmes.rename(
        columns={f"{name}_families": name for name in ("recipients", "eligible", "covered", "uncovered")}
    )
    table, _ = _protected(
        profile, rows, False, keys=["programme"], labels={"programme": ["name", "rule"]},
        counts={name: [] for name in ("recipients", "eligible", "covered", "uncovered")},
    )  # fmt: skip
    return table


def _completeness(profile: VillageProfile) -> pd.DataFrame:
    rows = profile.completeness.set_index("of")
    wide = pd.DataFrame(
        [{"place": profile.code, "families": rows.loc["families", "listed"], "persons": rows.loc["persons", "listed"]}]
    )
    (counts,) = protect(wide, keys=["place"], counts={"families": ["persons"]}).frame.to_dict("records")
    table = profile.completeness.assign(listed=[counts["families"], counts["persons"]])
    table["listed"] = table["listed"].astype("Int64")
    table["share"] = share(table["listed"], table["reference"], int(parameter("disclosure_base").value))
    table["verdict"] = table["verdict"].where(table["share"].notna(), None)
    return table


def _neighbours(profile: VillageProfile, places: Mapping[str, PlaceFacts]) -> pd.DataFrame:
    """As documents print them; no status where the number is hidden."""
    columns = ["village", "name", "district", "status", "category", "families", "persons"]
    table = profile.neighbours[columns].sort_values("village", ignore_index=True)
    around = [places[str(code)] for code in table["village"]]
    for column in ("families", "persons"):
        printed = [getattr(place, column).value for place in around]
        table[column] = pd.array(printed, dtype="Float64").astype("Int64")
    hidden = pd.Series([place.persons.text == MARK for place in around], index=table.index, dtype=bool)
    table["status"] = table["status"].astype(object).mask(hidden, None)
    table[REMARK] = [HIDDEN if MARK in (place.families.text, place.persons.text) else "" for place in around]
    return table


# The workbook ------------------------------------------------------------------------------------


def village_workbook(found: SafeProfile, provenance: Provenance) -> bytes:
    """The tables of a profile as XLSX, with the rules and the provenance."""
    profile, name = found.profile, found.profile.name or found.profile.code
    ranks = found.ranks.assign(within=found.ranks["within"].map(WITHIN), by=found.ranks["by"].map(BY))
    complete = found.completeness.assign(
        of=found.completeness["of"].map(OF), verdict=found.completeness["verdict"].map(VERDICTS)
    )
    around = found.neighbours.assign(
        status=found.neighbours["status"].map(STATUS_NAMES), category=found.neighbours["category"].map(CATEGORY_NAMES)
    )
    status = [f"Status: {STATUS_NAMES[profile.row['status']]}."] if known(found.poor.iloc[0]["persons"]) else []
    notes = [found.sentence, *status, *found.notes]
    sheets = [
        Sheet("Miskin ekstrem", f"Miskin ekstrem di {name}", found.poor.drop(columns="figure"),
              {"title": "Kelompok", "families": "Keluarga", "persons": "Jiwa"}, (), notes),
        Sheet("Urutan", f"Urutan {name}", ranks[["within", "area", "by", "place", "of"]],
              {"within": "Di dalam", "area": "Wilayah", "by": "Menurut", "place": "Urutan", "of": "Dari desa"}),
        Sheet("Penghuni", f"Siapa yang tinggal di {name}", found.people.drop(columns="trait"),
              {"title": "Ciri", "yes": "Keluarga", "answered": "Diketahui", "share": "Bagian",
               "regency_share": "Bagian kabupaten/kota"}, ("share", "regency_share")),
        Sheet("Kebutuhan", f"Kebutuhan keluarga miskin ekstrem di {name}", found.needs.drop(columns="need"),
              {"title": "Kebutuhan", "programme": "Program", "office": "Perangkat daerah", "extreme_yes": "Keluarga",
               "extreme_answered": "Diketahui", "extreme_share": "Bagian", "regency_share": "Bagian kabupaten/kota"},
              ("extreme_share", "regency_share")),
        Sheet("Program", f"Penerima program di {name} (keluarga)", found.programmes,
              {"programme": "Kode", "name": "Program", "rule": "Yang layak", "recipients": "Penerima",
               "eligible": "Layak", "covered": "Layak dan menerima", "uncovered": "Layak, belum menerima"}),
        Sheet("Kelengkapan", f"Kelengkapan data {name}",
              complete[["of", "listed", "reference", "share", "verdict", "date", "source"]],
              {"of": "Yang dihitung", "listed": "Dalam data", "reference": "Penduduk acuan", "share": "Kelengkapan",
               "verdict": "Penilaian", "date": "Tanggal acuan", "source": "Sumber acuan"}, ("share",)),
        Sheet("Fasilitas", f"Fasilitas {name}",
              profile.facilities.assign(state=profile.facilities["state"].map(FACILITY_STATES)).drop(columns="facility"),
              {"title": "Fasilitas", "state": "Keadaan", "value": "Kata berkas", "programme": "Program",
               "office": "Perangkat daerah", "date": "Tanggal", "source": "Sumber"}),
        Sheet("Inventaris", f"Program yang direncanakan bagi {name}", planned(profile),
              {"title": "Program", "year": "Tahun", "provider": "Penyedia", "office": "Perangkat", "quota": "Kuota",
               "unit": "Satuan", "region_name": "Wilayah"}),
        Sheet("Tetangga", f"Desa yang berbatasan dengan {name}", around,
              {"village": "Kode", "name": "Desa/kelurahan", "district": "Kecamatan", "status": "Status",
               "category": "Kelompok desa", "families": "Keluarga miskin ekstrem", "persons": "Jiwa miskin ekstrem"}),
    ]  # fmt: skip
    return to_xlsx(sheets, provenance)


def planned(profile: VillageProfile) -> pd.DataFrame:
    """The inventory as it is read: title, year, provider, office, quota, unit, region_name; the village's own first."""
    rows = profile.inventory.sort_values("wider", kind="stable", ignore_index=True)
    words = {column: {key: spelled[0] for key, spelled in WORDS[column].items()} for column in ("provider", "unit")}
    for column, spelled in words.items():
        rows[column] = rows[column].map(spelled)
    return rows[["title", "year", "provider", "office", "quota", "unit", "region_name"]]

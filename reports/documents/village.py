"""Village sheet: one village on one page, for its meeting. Nothing here is by name."""

from typing import Any

from analytics.pockets import STATUS_NAMES
from analytics.text import UNKNOWN, known, listing
from analytics.village import VILLAGE, VillageProfile, village_profile
from data.load_register import UNKNOWN_VILLAGE
from data.reference import programme_short
from reports.documents.blocks import Block, Chapter, Document, Fact, Paragraph, Parts, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.origin import origin_note
from reports.documents.sentences import counted, is_shown, paragraph, sentence
from reports.documents.shared_places import PlaceFacts
from reports.documents.shared_programmes import place_programmes
from reports.village_sheet import planned

MOST = 7  # rows of a table, so that the sheet stays one page
HALF = (0.29, 0.09, 0.1)  # widths of a table beside another one


def compose(material: Material) -> Document:
    """Raises Refused `village_required`, and what the measures refuse."""
    profile = village_profile(material.store, material.scope, material.on)
    name = profile.name or profile.code
    around = [f"Kec. {profile.district}" if profile.district else "", profile.regency or "", profile.code]
    return Document(
        kind="village",
        title=f"Lembar Desa: {name}",
        subtitle=" · ".join(part for part in around if part),
        level=material.level,
        year=material.year,
        provenance=material.about,
        chapters=(
            Chapter("ringkas", "Ringkasan", (_summary(material, profile, name),)),
            Chapter("penghuni", "Siapa yang tinggal di sini", tuple(_people(material, profile))),
            Chapter("kebutuhan", "Yang dibutuhkan keluarga miskin ekstrem", tuple(_needs(material, profile))),
            Chapter("program", "Program", tuple(_programmes(material))),
            Chapter("fasilitas", "Fasilitas dan rencana", tuple(_facilities(material, profile))),
            Chapter("tetangga", "Desa tetangga", tuple(_neighbours(material, profile))),
            origin_note(material),
        ),
        inline=material.inline | {"alamat": " · ".join(part for part in around if part)},
    )


def _summary(material: Material, profile: VillageProfile, name: str) -> Paragraph:
    ledger, own = material.ledger, material.places[profile.code]
    listed = ledger.people(
        f"villages/{profile.code}/listed_families", profile.row["listed_families"], f"Keluarga dalam data, {name}",
        "keluarga", material.about.definition,
    )  # fmt: skip
    if not known(profile.row["listed_families"]):
        return paragraph(sentence(f"{name} tidak punya satu keluarga pun dalam data ini"))
    if not known(profile.row["families"]):
        return paragraph(
            sentence(f"{name} tercatat ", counted(listed, "keluarga")),
            sentence("jumlah yang miskin ekstrem belum dapat dihitung"),
        )
    if own.families.value == 0:
        return paragraph(
            sentence("tidak ada keluarga miskin ekstrem di antara ", counted(listed, "keluarga"), f" di {name}")
        )
    told = "diperkirakan" if material.scope.definition == "pmt_line" else "tergolong"
    people: Parts = (" (", own.persons, " jiwa)") if is_shown(own.persons) else ()
    return paragraph(
        sentence("dari ", counted(listed, "keluarga"), f" di {name}, ", counted(own.families, "keluarga"), people,
                 f" {told} miskin ekstrem"),
        _placed(material, profile, own),
        _status(profile, own),
        _neither(material, profile, own),
    )  # fmt: skip


def _placed(material: Material, profile: VillageProfile, own: PlaceFacts) -> Parts:
    """The village's place by printed numbers: one by true numbers would say more of its neighbours than is printed."""
    if not is_shown(own.persons):
        return ()
    words: list[Parts] = []
    for within, digits, area in (("district", 8, f"Kec. {profile.district}"), ("regency", 5, profile.regency)):
        others = [
            facts.persons.value or 0 for code, facts in material.places.items()
            if VILLAGE.fullmatch(code) and code.startswith(profile.code[:digits]) and not code.endswith(UNKNOWN_VILLAGE)
            and (facts.persons.text == HIDDEN or known(facts.persons.value))
        ]  # fmt: skip
        place = 1 + sum(value > (own.persons.value or 0) for value in others)
        key = f"villages/{profile.code}/place/{within}"
        source = "Urutan menurut jiwa miskin ekstrem yang tertulis; desa dengan angka sama berbagi tempat"
        words.append((
            material.ledger.figure(key, place, f"Urutan di {area}", "urutan", source), " dari ",
            material.ledger.figure(f"{key}/of", len(others), f"Desa di {area}", "desa", source),
            f" desa di {area or 'kabupaten/kota ini'}",
        ))  # fmt: skip
    return sentence("menurut jumlah jiwa itu, desa ini menempati urutan ", words[0], " dan ", words[1])


def _status(profile: VillageProfile, own: PlaceFacts) -> Parts:
    if not is_shown(own.persons) or profile.row["status"] == "unknown":
        return ()
    status = STATUS_NAMES[profile.row["status"]]
    return sentence(f"statusnya {status[:1].lower()}{status[1:]}")


def _neither(material: Material, profile: VillageProfile, own: PlaceFacts) -> Parts:
    row = profile.in_class("neither")
    count = material.ledger.within(
        own.families, f"villages/{profile.code}/ladder/neither", row["families"],
        "Keluarga miskin ekstrem yang belum dalam daftar program mana pun", "keluarga", profile.definition_text,
    )  # fmt: skip
    if not known(row["families"]):
        return ()
    if count.value == 0:
        return sentence("semuanya sudah ada dalam daftar program")
    return sentence(counted(count, "keluarga di antaranya"), " belum masuk daftar program mana pun")


def _share(
    material: Material, id: str, yes: Any, no: Any, title: str, source: str, around: Fact | None = None
) -> tuple[Fact, Fact]:
    """How many said yes, and their share among known answers, of printed counts. around: whom both are part of."""
    whole = float(yes) + float(no) if known(yes) and known(no) else None
    ledger = material.ledger
    counts = [
        ledger.within(around, key, value, label, "keluarga", source) if around
        else ledger.people(key, value, label, "keluarga", source)
        for key, value, label in ((id, yes, title), (f"{id}/answered", whole, f"Menjawab: {title}"))
    ]  # fmt: skip
    return counts[0], ledger.rate(f"{id}/rate", counts[0], counts[1], f"Bagian: {title}", source)


def _beside(material: Material, id: str, share: Any, title: str, profile: VillageProfile, source: str) -> Parts:
    """The regency's share to the per cent; not where the regency is little more than this village."""
    families = profile.families
    if not known(share) or 2 * families.total > families.regency_total:
        return (UNKNOWN,)
    return (material.ledger.figure(id, round(float(share), 2), f"Bagian se-kabupaten/kota: {title}", "bagian", source),)


def _people(material: Material, profile: VillageProfile) -> list[Block]:
    source, rows = "Ciri keluarga dalam data", []
    for row in profile.families.traits.to_dict("records"):
        key, title = f"villages/{profile.code}/traits/{row['trait']}", str(row["title"])
        _, share = _share(material, key, row["yes"], row["no"], title, source)
        beside = _beside(material, f"{key}/regency", row["regency_share"], title, profile, source)
        rows.append(((title,), (share,), beside))
    return [Table("penghuni", "Siapa yang tinggal di sini (bagian keluarga)", ("Ciri", "Desa", "Kab./kota"),
                  tuple(rows), (1, 2), HALF)]  # fmt: skip


def _needs(material: Material, profile: VillageProfile) -> list[Block]:
    own, source = material.places[profile.code].families, profile.definition_text
    found: list[tuple[Fact, Fact, Parts, str]] = []
    for row in profile.families.needs.to_dict("records"):
        key, title = f"villages/{profile.code}/needs/{row['need']}", str(row["title"])
        beside = _beside(material, f"{key}/regency", row["regency_share"], title, profile, source)
        count, share = _share(material, key, row["extreme_yes"], row["extreme_no"], title, source, own)
        found.append((count, share, beside, title))
    # By printed counts: an order by true ones would rank what is hidden.
    shown = sorted((row for row in found if row[0].value), key=lambda row: (-(row[0].value or 0), row[3]))[:MOST]
    if not shown:
        return [Paragraph(("Kebutuhan tidak disebut: jumlahnya terlalu kecil atau tidak diketahui.",))]
    rows = tuple(((title,), (count,), (share,), beside) for count, share, beside, title in shown)
    return [Table("kebutuhan", "Yang dibutuhkan keluarga miskin ekstrem",
                  ("Kebutuhan", "Keluarga", "Bagian", "Kab./kota"), rows, (1, 2, 3),
                  (0.19, 0.11, 0.09, 0.09))]  # fmt: skip


def _programmes(material: Material) -> list[Block]:
    found = [row for row in place_programmes(material) if row.eligible.text != UNKNOWN or row.recipients.value]
    if not found:
        return [Paragraph(("Daftar penerima program belum dimuat.",))]
    rows = [((programme_short(row.programme),), (row.recipients,), (row.eligible,), (row.uncovered,)) for row in found]
    return [Table("program", "Program (keluarga)", ("Program", "Penerima", "Layak", "Layak, belum menerima"),
                  tuple(rows), (1, 2, 3), (0.18, 0.1, 0.08, 0.12))]  # fmt: skip


def _facilities(material: Material, profile: VillageProfile) -> list[Block]:
    said: list[Parts] = []
    facilities = profile.facilities
    for state, word in (("lacking", "yang kurang"), ("fine", "yang ada"), ("no_word", "belum ada data tentang")):
        titles = list(facilities.loc[facilities["state"] == state, "title"].str.lower())
        if titles:
            said.append(sentence(f"{word}{':' if state != 'no_word' else ''} {listing(titles)}"))
    plans = planned(profile).head(MOST - 2).to_dict("records")
    for place, row in enumerate(plans):
        key = f"villages/{profile.code}/plans/{place}"
        unit = str(row["unit"]).lower()
        quota = material.ledger.figure(key, row["quota"], f"Kuota {row['title']}", unit, "Inventaris program")
        size: Parts = (", ", quota, f" {unit}") if known(row["quota"]) else ()
        year = f" {row['year']}" if known(row["year"]) else ""
        said.append(sentence(f"rencana{year}: {row['title']}", size, f" ({row['region_name'] or UNKNOWN})"))
    if not plans:
        said.append(sentence("tidak ada program dalam inventaris untuk desa ini"))
    return [Paragraph(parts, "bullet") for parts in said]


def _neighbours(material: Material, profile: VillageProfile) -> list[Block]:
    rows = profile.neighbours.to_dict("records")
    if not rows:
        return [Paragraph((profile.neighbours_absent or UNKNOWN,))]
    facts = [(material.places[row["village"]].persons, str(row["name"] or row["village"])) for row in rows]
    facts.sort(key=lambda found: (-(found[0].value or 0), found[1]))
    return [Table("tetangga", "Desa tetangga", ("Desa/kelurahan", "Jiwa miskin ekstrem"),
                  tuple(((name,), (persons,)) for persons, name in facts[:MOST]), (1,), (0.3, 0.18))]  # fmt: skip

"""Map briefing: eight slides for a head of region, each a sentence, one thing to look at, and few words."""

from dataclasses import replace

from analytics.text import day, known, number
from geo.maps import MapSpec
from reports.documents.blocks import Card, Cards, Chapter, Document, Fact, Missing, Paragraph, Parts, Table
from reports.documents.briefing_decisions import decisions
from reports.documents.briefing_limits import limits
from reports.documents.briefing_programmes import doubled, missed_slide, money_slide
from reports.documents.briefing_words import speaker, title
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.sentences import counted, is_shown
from reports.documents.shared_missed import missed
from reports.documents.shared_size import size
from reports.documents.shared_villages import Village, village_map_picture, villages

MOST_VILLAGES = 10
UNSHOWN = "ditutup, atau tidak ada data"
LEAST_CHANCE = 0.05  # of being a pocket, below which it is no reason
STANDS_OUT = 1.2  # times the region's share, from which a village's is worth a word


def compose(material: Material) -> Document:
    """Raises what the measures refuse."""
    return Document(
        kind="briefing",
        title=f"Paparan Penanggulangan Kemiskinan {material.overview.region_name}",
        subtitle=f"Paparan {material.year}",
        level=material.level,
        year=material.year,
        provenance=material.about,
        chapters=(
            _state(material), _map(material), _villages(material), missed_slide(material), doubled(material),
            money_slide(material), decisions(material), limits(material),
        ),
        inline=material.inline,
    )  # fmt: skip


def _state(material: Material) -> Chapter:
    found, gone, ledger = size(material), missed(material), material.ledger
    region = material.overview.region_name
    persons, families = ledger.about(found.persons), ledger.about(found.families)
    is_expected = material.scope.definition == "pmt_line"
    verb = "diperkirakan" if is_expected else "tergolong"
    if is_shown(found.share):
        message = title(found.share, f" penduduk {region} {verb} miskin ekstrem, yaitu sekitar ", persons, " jiwa")
    elif persons.text == HIDDEN:
        message = title(f"Warga miskin ekstrem di {region} terlalu sedikit untuk disebut angkanya")
    else:
        message = title(counted(persons, "jiwa", about=True), f" di {region} {verb} miskin ekstrem")
    cards = (
        Card(persons, ("jiwa miskin ekstrem",), ("dalam ", families, " keluarga")),
        Card(found.share, ("dari ", ledger.about(found.population), " penduduk"))
        if is_shown(found.population)
        else Card(found.share, ("dari penduduk",), ("penduduk acuan belum dimuat",)),
        Card(found.pockets, ("desa kantong kemiskinan",), ("dari ", found.villages, " desa")),
        Card(ledger.about(gone.without), ("keluarga tanpa program apa pun",),
             (gone.without_share, " dari keluarga miskin ekstrem")
             if is_shown(gone.without_share) else ("daftar penerima belum dimuat",)
             if not known(material.overview.figures[3].value) else ()),
    )  # fmt: skip
    kind = "Perkiraan dari kartu skor atas data" if is_expected else "Hitungan menurut nama"
    note = Paragraph((f"{kind} per {day(material.about.source_date)}; bukan angka survei BPS.",))
    return Chapter(
        "keadaan", "Keadaan dalam empat angka",
        (message, Cards(cards), note,
         speaker(material, f"Desa kantong dihuni lebih dari {number(material.pockets.threshold.value)} jiwa miskin "
                 "ekstrem.")),
    )  # fmt: skip


def _map(material: Material) -> Chapter:
    found, drawn = size(material), village_map_picture(material)
    notes = speaker(material, "Peta menggambar angka yang sudah dibulatkan; desa berangka kecil disembunyikan.")
    beyond: Parts = (" jiwa miskin ekstrem",)
    if not is_shown(found.pockets):
        message = title("Desa kantong belum dapat dihitung")
    elif found.pockets.value and found.pockets.value == found.villages.value:
        message = title("Semua ", found.villages, " desa dihuni lebih dari ", found.threshold, *beyond)
    elif found.pockets.value:
        message = title(found.pockets, " dari ", found.villages, " desa dihuni lebih dari ", found.threshold, *beyond)
    else:
        message = title("Tidak ada desa yang dihuni lebih dari ", found.threshold, *beyond)
    if isinstance(drawn, Missing):
        return Chapter("peta", "Peta", (message, drawn, notes))
    first = [village.code for village in _first(material)]
    if not isinstance(drawn.what, MapSpec):
        raise TypeError("the map of villages is a map")
    words: list[Parts] = [("Angka pada peta: urutan desa di salindia berikutnya.",)] if first else []
    words += _fullest_district(material)
    if drawn.what.off_map:
        words.append(("Desa tanpa batas wilayah tidak tergambar.",))
    classes = tuple(replace(one, label=UNSHOWN) if one.missing else one for one in drawn.what.classes)
    picture = replace(drawn, what=replace(drawn.what, highlighted=tuple(first), classes=classes))
    return Chapter("peta", "Peta", (message, picture, *(Paragraph(word) for word in words), notes))


def _fullest_district(material: Material) -> list[Parts]:
    """The district with most extreme poor; nothing within a single district."""
    shown = {code: facts.persons for code, facts in material.places.items() if len(code) == 8}
    shown = {code: persons for code, persons in shown.items() if code.startswith(material.scope.region)}
    if len(shown) < 2 or not any(persons.value for persons in shown.values()):
        return []
    code = max(sorted(shown), key=lambda code: shown[code].value or 0)
    rows = material.pockets.by_village
    names = rows.loc[rows["village"].str.startswith(f"{code}."), "district"].dropna()
    if names.empty:
        return []
    return [(f"Terbanyak di Kecamatan {names.iloc[0]}: ", shown[code], " jiwa.")]


def _first(material: Material) -> list[Village]:
    """The ten villages with most extreme poor whose number is shown; pockets by chance come first by their number."""
    return [village for village in villages(material) if is_shown(village.persons)][:MOST_VILLAGES]


def _villages(material: Material) -> Chapter:
    found, ledger, first = size(material), material.ledger, _first(material)
    if not first:
        gone = Missing("Jumlah tiap desa terlalu kecil untuk ditampilkan, atau tidak diketahui menurut definisi ini.",
                       "Pilih wilayah yang lebih luas atau definisi lain di bilah sisi.")  # fmt: skip
        return Chapter("desa", "Desa yang didahulukan", (title("Desa yang didahulukan tidak dapat disebut"), gone))
    whole = ledger.figure(
        "villages.first/persons", sum(village.persons.value or 0 for village in first), "Jiwa di desa teratas", "jiwa",
        "Jumlah angka yang tertulis",
    )  # fmt: skip
    share = ledger.rate("villages.first/share", whole, found.persons, "Bagian desa teratas", whole.source)
    count = ledger.figure("villages.first", len(first), "Desa teratas", "desa", whole.source)
    if len(first) == 1:
        message = title(first[0].name, " dihuni ", first[0].persons, " jiwa miskin ekstrem")
    else:
        message = title(
            count, " desa teratas menampung ", share, f" warga miskin ekstrem; terbanyak di {first[0].name}"
        )
    rows = tuple(
        (
            (str(place),),
            (f"{village.name}, Kec. {village.district}" if village.district else village.name,),
            (village.persons,), (village.rate,), _why(material, village, first),
        )
        for place, village in enumerate(first, start=1)
    )  # fmt: skip
    table = Table(
        "desa_pertama", "Desa dengan jiwa miskin ekstrem terbanyak",
        ("", "Desa/kelurahan", "Jiwa", "Dari penduduk", "Mengapa didahulukan"), rows, numeric=(2, 3),
        widths=(0.045, 0.35, 0.08, 0.15, 0.375),
    )  # fmt: skip
    about = "Kolom Dari penduduk: bagian penduduk desa yang miskin ekstrem."
    return Chapter("desa", "Desa yang didahulukan", (message, table, speaker(material, about)))


def _why(material: Material, village: Village, first: list[Village]) -> Parts:
    """At most two reasons, the firm one first."""
    reasons: list[Parts] = []
    if village.probability is not None:
        if (village.probability.value or 0) >= LEAST_CHANCE:
            reasons.append(("peluang kantong ", village.probability))
    elif village.is_pocket:
        reasons.append(("kantong, lokasi prioritas" if village.priority else "kantong",))
    elif village.priority:
        reasons.append(("lokasi prioritas",))
    usual = size(material).share
    if is_shown(village.rate, usual) and (village.rate.value or 0) >= STANDS_OUT * (usual.value or 1):
        ratio = (village.rate.value or 0) / (usual.value or 1)
        times = material.ledger.figure(
            f"villages/{village.code}/times", ratio, f"Kali bagian penduduk seluruh wilayah, {village.name}", "kali",
            village.rate.source, text=number(ratio, 1),
        )  # fmt: skip
        reasons.append((times, " kali bagian seluruh wilayah"))
    if not reasons:
        reasons.append(("jumlah jiwanya besar",))
    parts: list[str | Fact] = []
    for reason in reasons[:2]:
        parts += ["; ", *reason] if parts else reason
    if isinstance(parts[0], str):
        parts[0] = parts[0][:1].upper() + parts[0][1:]
    return tuple(parts)

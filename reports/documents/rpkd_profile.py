"""RPKD, chapter III: how many, how deep, where, who they are, what they need and receive, what sets them apart."""

from pathlib import Path

import pandas as pd

from analytics import catalogue
from analytics.model_card import ModelCard
from analytics.survey_facts import SurveyFacts, survey_facts
from analytics.text import day, listing
from data.errors import Refused
from reports.documents.blocks import Block, Fact, Heading, Missing, Paragraph, Parts, Picture, Table
from reports.documents.material import Material
from reports.documents.office_places import written
from reports.documents.sentences import counted, enumerated, is_shown, paragraph, said_share, sentence
from reports.documents.shared_areas import area_list, area_table, area_word
from reports.documents.shared_ladder import ladder_table, rungs
from reports.documents.shared_missed import missed
from reports.documents.shared_needs import need_list, needs_table
from reports.documents.shared_size import likely, size
from reports.documents.shared_traits import factor_list, factor_table, trait_list, traits_table
from reports.documents.shared_villages import villages
from reports.gap_figures import needs_bars

TOP_VILLAGES = 10
PHRASES = {
    "female_head": "dikepalai perempuan", "elderly": "mempunyai anggota lansia",
    "under_five": "mempunyai anak di bawah lima tahun", "disability": "mempunyai anggota penyandang disabilitas",
    "head_idle": "dikepalai orang yang tidak bekerja", "head_unschooled": "dikepalai orang yang tidak tamat SD",
    "head_farming": "dikepalai orang yang bekerja di pertanian",
}  # fmt: skip
SAID = 3  # traits, needs or areas a sentence names
FACTORS = 12
NO_REGISTER = Missing("Status miskin ekstrem keluarga belum dapat dihitung.",
                      "Periksa definisi di bilah sisi, atau jalankan perhitungan di halaman Peringkat.")  # fmt: skip


def profile(material: Material) -> tuple[Block, ...]:
    """Chapter III without the factors."""
    if not is_shown(size(material).families):
        return (NO_REGISTER,)
    return (
        Heading("Jumlah dan sebaran"),
        _how_many(material),
        *_spread(material),
        Heading("Kedalaman"),
        *_depth(material),
        Heading("Siapa mereka"),
        *_who(material),
        Heading("Kebutuhan"),
        *_needs(material),
        Heading("Program yang sudah diterima"),
        *_received(material),
    )


def _how_many(material: Material) -> Paragraph:
    found, ledger = size(material), material.ledger
    told = "diperkirakan miskin ekstrem" if material.scope.definition == "pmt_line" else "tergolong miskin ekstrem"
    persons, families = ledger.about(found.persons), ledger.about(found.families)
    said = [
        sentence(f"Menurut data per {day(material.about.source_date)}, ", counted(persons, "jiwa", about=True),
                 " dalam ", counted(families, "keluarga", about=True), f" di {material.overview.region_name} {told}",
                 *((", atau ", found.share, " dari penduduk") if is_shown(found.share) else ()))
    ]  # fmt: skip
    if is_shown(found.pockets, found.villages):
        said.append(
            sentence("Dari ", found.villages, " desa dan kelurahan, ", found.pockets,
                     f" {likely(material)}dihuni lebih dari ", found.threshold, " jiwa miskin ekstrem")
            if found.pockets.value
            else sentence("Tidak satu pun dari ", found.villages,
                          f" desa dan kelurahan {likely(material)}dihuni lebih dari ", found.threshold,
                          " jiwa miskin ekstrem")
        )  # fmt: skip
    top = [village.persons.value for village in villages(material)[:TOP_VILLAGES]]
    if len(top) == TOP_VILLAGES and all(top) and found.persons.value:
        inside = ledger.figure("top.persons", sum(value or 0 for value in top), "Jiwa di sepuluh desa terbanyak",
                               "jiwa", "Jumlah yang tertulis")  # fmt: skip
        share = ledger.rate("top.share", inside, found.persons, "Bagian sepuluh desa terbanyak",
                            "Dari jumlah yang tertulis")  # fmt: skip
        said.append(sentence("Sepuluh desa dengan jiwa miskin ekstrem terbanyak menampung ", *said_share(share),
                             " dari mereka"))  # fmt: skip
    return paragraph(*said)


def _spread(material: Material) -> tuple[Block, ...]:
    table, areas = area_table(material), area_list(material)
    if table is None:
        return ()
    word = area_word(material)
    first = [area for area in areas if area.persons.value][:1]
    rated = sorted((area for area in areas if area.share.value), key=lambda area: -(area.share.value or 0))[:1]
    said: list[Parts] = []
    for area in first:
        said.append(sentence(f"{word} dengan jiwa miskin ekstrem terbanyak ialah {area.name}, yaitu ",
                             counted(area.persons, "jiwa")))  # fmt: skip
    for area in rated:
        said.append(
            sentence(f"{area.name} juga yang tertinggi menurut bagian penduduknya, yaitu ", area.share)
            if area in first
            else sentence(f"menurut bagian penduduknya, yang tertinggi {area.name}, yaitu ", area.share)
        )
    return (paragraph(*said), table) if said else (table,)


def _depth(material: Material) -> tuple[Block, ...]:
    """FGT of the survey the scores come from; a register has no expenditure."""
    facts = _survey(material)
    if facts is None or facts.rows.empty:
        return (
            Missing("Kedalaman kemiskinan memerlukan pengeluaran keluarga, dan belum ada survei yang disimpan.",
                    "Latih model dari berkas survei di halaman Peringkat."),
        )  # fmt: skip
    ledger, source = material.ledger, "Survei di balik model, berbobot"

    def fact(row: dict, name: str, label: str, unit: str = "bagian", digits: int = 1) -> Fact:
        return ledger.figure(f"survey/{row['quota']:g}/{name}", row[name], label, unit, source, digits=digits)

    rows = [
        ((fact(row, "quota", "Bagian termiskin", digits=0),), (fact(row, "line", "Garis", "rupiah"),),
         (fact(row, "p0", "P0 survei"),), (fact(row, "p1", "P1 survei", digits=2),),
         (fact(row, "p2", "P2 survei", digits=2),))
        for row in facts.rows.to_dict("records")
    ]  # fmt: skip
    cases = ledger.figure("survey.n", facts.n, "Kasus survei", "kasus", source)
    gini = ledger.figure("survey.gini", facts.gini, "Koefisien Gini survei", "indeks", source, digits=2)
    poorest = facts.rows.iloc[0].to_dict()
    said = sentence(
        "Survei yang dipakai melatih model memuat ", cases, " kasus. Pada garis yang memotong ",
        fact(poorest, "quota", "Bagian termiskin", digits=0), " penduduk termiskin, rata-rata kekurangan pengeluaran "
        "terhadap garis itu, bila dibagi rata kepada seluruh penduduk, ialah ",
        fact(poorest, "p1", "P1 survei", digits=2), " dari garis",
    )  # fmt: skip
    ratio = sentence("Ketimpangan pengeluaran menurut survei yang sama, diukur dengan koefisien Gini, sebesar ", gini,
                     " (0 berarti merata, 1 berarti paling timpang)")  # fmt: skip
    table = Table(
        "kedalaman", "Persentase, kedalaman, dan keparahan menurut survei",
        ("Bagian termiskin", "Garisnya (sebulan)", "P0", "P1", "P2"), tuple(rows), numeric=(0, 1, 2, 3, 4),
        notes=("Basis data keluarga tidak memuat pengeluaran, jadi kedalaman hanya dapat dihitung dari survei.",),
    )  # fmt: skip
    return (paragraph(said, ratio if is_shown(gini) else ()), table)


def _survey(material: Material) -> SurveyFacts | None:
    run = catalogue.last_run(material.store, material.scope.snapshot_id)
    if run is None or run.model is None:
        return None
    try:
        return survey_facts(material.store, ModelCard.load(Path(run.model)))
    except Refused:
        return None  # a card or survey that is gone is a survey that is missing


def _who(material: Material) -> tuple[Block, ...]:
    shown = [fact for fact in trait_list(material) if fact.apart is not None]
    if not shown:
        return (
            Missing("Ciri anggota keluarga (umur, jenis kelamin, pendidikan, pekerjaan) belum ada dalam data.",
                    "Muat berkas anggota keluarga di halaman Data."),
        )  # fmt: skip
    told = [fact for fact in shown if fact.key in PHRASES and fact.apart and fact.apart.value]
    apart = sorted(told, key=lambda fact: -(fact.apart.value or 0) if fact.apart else 0)[:SAID]
    pieces = [(fact.rate, f" {PHRASES[fact.key]} (keluarga lain ", fact.others, ")") for fact in apart]
    said = sentence("di antara keluarga miskin ekstrem, ", *enumerated(pieces)) if apart else ()
    return (*((paragraph(said),) if said else ()), traits_table(material))


def _needs(material: Material) -> tuple[Block, ...]:
    known = [need for need in need_list(material) if is_shown(need.rate)]
    if not known:
        return (
            Missing("Kebutuhan keluarga (rumah, air, jamban, sekolah) belum dapat dihitung dari data ini.",
                    "Muat berkas keluarga yang memuat keadaan rumah dan anggotanya di halaman Data."),
        )  # fmt: skip
    pieces = [(f"{need.title[:1].lower()}{need.title[1:]} (", need.rate, ")") for need in known[:SAID]]
    rows = pd.DataFrame(
        [{"title": need.title, "extreme_rate": need.rate.value, "rate": need.all_rate.value} for need in known]
    )
    return (
        paragraph(sentence("kekurangan yang paling sering ditemui pada mereka ialah ", *enumerated(pieces))),
        Picture("kebutuhan/gambar", needs_bars(rows), "Bagian yang membutuhkan, di antara keluarga miskin ekstrem dan "
                "di antara semua keluarga."),
        needs_table(material),
    )  # fmt: skip


def _received(material: Material) -> tuple[Block, ...]:
    found = missed(material)
    said: list[Parts] = []
    if is_shown(found.without):
        said.append(
            sentence(counted(found.without, "keluarga miskin ekstrem"), " (", found.without_share,
                     ") tidak tercatat menerima satu program pun")
            if found.without.value
            else ("Semua keluarga miskin ekstrem sudah tercatat menerima sedikitnya satu program.",)
        )  # fmt: skip
    classes = {rung.key: rung for rung in rungs(material)}
    none = classes["neither"]
    if none.families.value and none.families.text == found.without.text:
        said.append(("Keluarga tanpa program itu perlu diusulkan ke basis data sekaligus disasar dengan program "
                     "daerah.",))  # fmt: skip
    elif none.families.value:
        said.append(sentence(counted(none.families, "keluarga"), " yang belum ada dalam daftar mana pun perlu "
                             "diusulkan ke basis data sekaligus disasar dengan program daerah"))  # fmt: skip
    short = classes["central_insufficient"]
    if short.share.value:
        said.append(sentence(*said_share(short.share), " keluarga miskin ekstrem sudah menerima program pusat tetapi "
                             "belum lengkap; merekalah sasaran pertama tambahan dari daerah"))  # fmt: skip
    return (*((paragraph(*said),) if said else ()), ladder_table(material))


def factors(material: Material) -> tuple[Block, ...]:
    """What is more frequent among the extreme poor, beside the problem tree of the secretariat."""
    found = factor_list(material)
    blocks: list[Block] = [Heading("Faktor terkait")]
    if found:
        titles = [fact.title[:1].lower() + fact.title[1:] for fact in found[:SAID]]
        first = found[0]
        blocks.append(
            paragraph(
                sentence("yang paling membedakan keluarga miskin ekstrem dari keluarga lain ialah "
                         f"{listing(titles)}"),
                sentence(f"{first.title}, misalnya, ditemui pada ", first.rate, " keluarga miskin ekstrem, tetapi "
                         "hanya pada ", first.others, " keluarga lain"),
                ("Perbandingan ini menunjukkan faktor yang terkait dengan kemiskinan ekstrem, bukan penyebabnya: ciri "
                 "yang sama dapat juga menjadi akibat kemiskinan. Penyebab dirumuskan TKPK dalam pohon masalah.",),
            )
        )  # fmt: skip
        blocks.append(factor_table(material, FACTORS))
    else:
        blocks.append(
            Missing("Belum ada ciri yang dapat dibandingkan antara keluarga miskin ekstrem dan keluarga lain.",
                    "Muat berkas keluarga dan anggotanya di halaman Data."),
        )  # fmt: skip
    blocks.append(Heading("Pohon masalah"))
    tree = written(material, "rpkd", "problem_tree")
    return (
        *blocks,
        *(tree or (
            Missing("Pohon masalah belum diisi.", "Tulis hasil diskusi TKPK di halaman Dokumen, tab Isian kantor."),
        )),
    )  # fmt: skip

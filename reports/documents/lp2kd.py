"""LP2KD: what the region did against poverty in a year, and what came of it."""

from reports.documents.blocks import Block, Chapter, Document, Heading, Missing, Paragraph, Table
from reports.documents.lp2kd_results import advice, results
from reports.documents.material import Material
from reports.documents.office_places import written
from reports.documents.origin import origin
from reports.documents.sentences import counted, is_shown, paragraph, said_share, sentence
from reports.documents.shared_areas import area_table
from reports.documents.shared_gaps import total_cost, unpriced
from reports.documents.shared_missed import missed
from reports.documents.shared_official import extreme_trend, official_trend
from reports.documents.shared_plan import PlanFacts, plan_list, plan_money
from reports.documents.shared_size import size

NO_POLICY = Missing("Kebijakan daerah tahun ini belum ditulis.", "Tulis di halaman Dokumen, bagian Isian kantor.")


def compose(material: Material) -> Document:
    """Raises what the measures refuse."""
    region = material.overview.region_name
    return Document(
        kind="lp2kd",
        title=f"Laporan Pelaksanaan Penanggulangan Kemiskinan Daerah {region}",
        subtitle=f"Tahun {material.year}",
        level=material.level,
        year=material.year,
        provenance=material.about,
        chapters=(
            Chapter("pendahuluan", "Pendahuluan", _introduction(material)),
            Chapter("kondisi", "Kondisi dan profil kemiskinan", _conditions(material)),
            Chapter("kebijakan", "Kebijakan, program, dan anggaran", _policies(material)),
            Chapter("capaian", "Capaian, kendala, dan koordinasi", results(material)),
            Chapter("penutup", "Penutup dan rekomendasi", (*advice(material), *written(material, "lp2kd", "closing"))),
            origin(material),
        ),
        inline=material.inline,
    )


def _introduction(material: Material) -> tuple[Block, ...]:
    about = material.inline
    return (
        paragraph(
            (f"Laporan ini mempertanggungjawabkan pelaksanaan penanggulangan kemiskinan di {about['wilayah']} "
             f"sepanjang tahun {material.year}: bagaimana keadaannya, apa yang direncanakan dan dibiayai, apa yang "
             "terlaksana, dan apa yang perlu diperbaiki.",),
            (f"Keluarga dan jiwa dihitung menurut nama dari {material.about.snapshot}, keadaan per "
             f"{about['tanggal_data']}. Angka resmi dimuat oleh sekretariat, sedangkan realisasi dan kalimat bertanda "
             "✎ dilaporkan oleh perangkat daerah dan sekretariat.",),
        ),
        Paragraph((material.pockets.definition_text,), "note"),
    )  # fmt: skip


def _conditions(material: Material) -> tuple[Block, ...]:
    table = area_table(material)
    return (
        Heading("Kemiskinan menurut angka resmi"),
        *official_trend(material),
        Heading("Kemiskinan ekstrem menurut estimasi survei"),
        *extreme_trend(material),
        Heading("Kemiskinan ekstrem menurut nama"),
        _by_name(material),
        *([table] if table else []),
    )


def _by_name(material: Material) -> Paragraph:
    of, without = size(material), missed(material)
    said = [sentence("pada data ini terdapat ", counted(of.families, "keluarga"), " miskin ekstrem yang beranggotakan ",
                     counted(of.persons, "jiwa"),
                     *((", atau ", of.share, " penduduk") if is_shown(of.share) else ()))]  # fmt: skip
    if is_shown(of.pockets, of.villages):
        said.append(
            sentence("dari ", of.villages, " desa dan kelurahan, ", of.pockets, " dihuni lebih dari ", of.threshold,
                     " jiwa miskin ekstrem dan karena itu disebut kantong kemiskinan")
            if of.pockets.value else
            sentence("tidak satu pun dari ", of.villages, " desa dan kelurahan dihuni lebih dari ", of.threshold,
                     " jiwa miskin ekstrem")
        )  # fmt: skip
    if is_shown(without.without_share):
        said.append(sentence(said_share(without.without_share), " keluarga miskin ekstrem, yaitu ", without.without,
                             " keluarga, tidak tercatat menerima program apa pun"))  # fmt: skip
    return paragraph(*said)


def _policies(material: Material) -> tuple[Block, ...]:
    return (
        Heading("Kebijakan"),
        *(written(material, "lp2kd", "policy") or (NO_POLICY,)),
        Heading("Program dan anggaran"),
        *_programmes(material),
    )


def _programmes(material: Material) -> tuple[Block, ...]:
    rows = plan_list(material)
    if not rows:
        return (
            Missing(f"Rencana aksi tahun {material.year} belum berisi satu baris pun.",
                    "Susun rencana itu di halaman Dokumen, dokumen Rencana Aksi Tahunan."),
        )  # fmt: skip
    budget, need = plan_money(material, "budget"), material.ledger.about(total_cost(material))
    count = material.ledger.figure("plan.rows", len(rows), "Baris rencana", "baris", "Rencana aksi tahunan")
    if not any(facts.row.edited for facts in rows):
        # A proposal is no plan, and to set it beside the gaps it was made from says nothing.
        said = [sentence(f"rencana aksi tahun {material.year} belum ditetapkan sekretariat: ", count, " baris berikut "
                         "masih usulan dari celah sasaran dan inventaris program",
                         *((" dengan biaya ", budget) if budget else ()))]  # fmt: skip
        return (paragraph(*said), _plan_table(material, rows))
    said = [sentence(f"rencana aksi tahun {material.year} memuat ", count, " program dan kegiatan",
                     *((" dengan anggaran seluruhnya ", budget) if budget else ()))]  # fmt: skip
    if need.value:
        which = "celah yang biaya satuannya diketahui" if unpriced(material) else "semua celah sasaran"
        said.append(sentence(f"sebagai pembanding, menutup {which} memerlukan sekitar ", need, " setahun"))
    return (paragraph(*said), _plan_table(material, rows))


def _plan_table(material: Material, rows: list[PlanFacts]) -> Table:
    return Table(
        "rencana", f"Program dan kegiatan rencana aksi tahun {material.year}",
        ("Program atau kegiatan", "Perangkat daerah", "Sumber dana", "Target", "Anggaran"),
        tuple(
            ((facts.row.name,), facts.words("office"), facts.words("fund"),
             (facts.target, " ", *facts.words("target_unit")), (facts.budget,))
            for facts in rows
        ),
        numeric=(4,),
        widths=(0.28, 0.18, 0.18, 0.14, 0.22),
        notes=("✎ menandai isian sekretariat; isian lainnya diusulkan dari data.",
               *(["Biaya satuan belum diverifikasi; periksa sebelum dipakai menganggarkan."]
                 if material.gaps.unverified else [])),
    )  # fmt: skip

"""RAT: the annual plan of action, as a document and as a workbook with the same rows."""

from analytics.text import listing
from reports.documents import rat_tables
from reports.documents.blocks import Block, Chapter, Document, Missing, Paragraph
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.origin import origin
from reports.documents.sentences import counted, is_shown, paragraph, sentence
from reports.documents.shared_needs import need_list, needs_table
from reports.documents.shared_plan import PlanFacts, plan_list, plan_money
from reports.documents.shared_size import size

NEEDS_SHOWN = 8
NEEDS_SAID = 3
NEXT_LEVEL = {13: "kecamatan", 8: "kabupaten/kota", 5: "provinsi", 2: "pemerintah pusat"}


def compose(material: Material) -> Document:
    """Raises what the measures refuse."""
    region = material.overview.region_name
    return Document(
        kind="rat",
        title=f"Rencana Aksi Tahunan Penanggulangan Kemiskinan {region}",
        subtitle=f"Tahun {material.year}",
        level=material.level,
        year=material.year,
        provenance=material.about,
        chapters=(
            Chapter("kondisi", "Keadaan wilayah", _condition(material)),
            Chapter("faktor", "Faktor terkait", _factors(material)),
            Chapter("rencana", "Rencana aksi", _plan(material)),
            Chapter("realisasi", "Realisasi", realised(material)),
            Chapter("usulan_desa", "Usulan desa", _proposals(material)),
            origin(material),
        ),
        inline=material.inline,
    )


def _condition(material: Material) -> tuple[Block, ...]:
    found = size(material)
    said = [sentence("Menurut data ini, ", counted(found.families, "keluarga"), " dengan ",
                     counted(found.persons, "jiwa"), " tergolong miskin ekstrem")]  # fmt: skip
    if is_shown(found.share):
        said.append(sentence("Jumlah itu setara dengan ", found.share, " penduduk"))
    if is_shown(found.pockets, found.villages):
        said.append(
            sentence("Dari ", found.villages, " desa dan kelurahan, ", counted(found.pockets, "desa"),
                     " berisi lebih dari ", found.threshold, " jiwa miskin ekstrem, sehingga termasuk kantong "
                     "kemiskinan")
        )  # fmt: skip
    return (paragraph(*said), Paragraph((material.pockets.definition_text,), "note"))


def _factors(material: Material) -> tuple[Block, ...]:
    known = [need for need in need_list(material) if need.rate.value is not None]
    if size(material).families.value == 0:
        return (
            Missing("Tidak ada keluarga yang diketahui miskin ekstrem menurut definisi ini.",
                    "Pilih definisi lain, atau lengkapi data yang disyaratkan definisi ini."),
        )  # fmt: skip
    if not known and material.needs.overall()["extreme_rate"].notna().any():
        return (
            paragraph(
                ("Keluarga miskin ekstrem terlalu sedikit untuk menyebut bagian tiap kebutuhan tanpa membuka keadaan "
                 "keluarga tertentu.",)
            ),
            needs_table(material, NEEDS_SHOWN),
        )  # fmt: skip
    if not known:
        return (
            Missing("Ciri rumah, pendidikan, dan pekerjaan keluarga belum ada dalam data.",
                    "Muat berkas keluarga yang memuatnya di halaman Data."),
        )  # fmt: skip
    first = known[:NEEDS_SAID]
    parts: list = ["Kebutuhan yang paling sering ditemui pada keluarga miskin ekstrem ialah "]
    for place, need in enumerate(first):
        last = ", dan " if len(first) > 2 else " dan "
        joint = "" if place == 0 else last if place == len(first) - 1 else ", "
        parts += [joint, f"{need.title[:1].lower()}{need.title[1:]} (", need.rate, ")"]
    return (
        paragraph(
            sentence(*parts),
            ("Angka ini menunjukkan faktor yang terkait dengan kemiskinan ekstrem, bukan sebabnya.",),
        ),
        needs_table(material, NEEDS_SHOWN),
    )


def _plan(material: Material) -> tuple[Block, ...]:
    rows = plan_list(material)
    if not rows:
        return (
            Missing(
                f"Rencana tahun {material.year} belum berisi satu baris pun.",
                "Muat daftar penerima program di halaman Data agar celahnya terhitung, atau tambahkan baris di halaman "
                "Dokumen.",
            ),
        )
    return (_plan_said(material, rows), rat_tables.plan_table(material, rows))


def _plan_said(material: Material, rows: list[PlanFacts]) -> Paragraph:
    figure = material.ledger.figure
    count = figure("plan.rows", len(rows), "Baris rencana", "baris", "Rencana aksi tahunan")
    by_hand = sum(bool(facts.row.edited) for facts in rows)
    total = plan_money(material, "budget")
    without = [facts for facts in rows if facts.budget.value is None]
    unknown = [facts.row.name for facts in without if facts.budget.text != HIDDEN]
    hidden = [facts.row.name for facts in without if facts.budget.text == HIDDEN]
    said = [sentence(f"Rencana tahun {material.year} memuat ", count, " baris",
                     *((" dengan anggaran ", total) if total else ()))]  # fmt: skip
    if unknown and total:
        said.append(sentence(f"Anggaran {listing(unknown)} belum ditetapkan, sehingga tidak termasuk dalam jumlah itu"))
    if hidden and total:
        said.append(sentence(f"Anggaran {listing(hidden)} juga tidak terhitung karena sasarannya terlalu sedikit untuk "
                             "ditampilkan"))  # fmt: skip
    edited = figure("plan.edited", by_hand, "Baris yang diisi orang", "baris", "Rencana aksi tahunan")
    said.append(
        sentence("Isian yang ditandai ✎ ditetapkan oleh sekretariat, pada ", edited, " baris; isian lainnya diusulkan "
                 "dari celah sasaran, inventaris program, dan daftar desa prioritas")
        if by_hand else ("Seluruh isian masih usulan dari data; belum ada yang diubah oleh sekretariat.",)
    )  # fmt: skip
    return paragraph(*said)


def realised(material: Material) -> tuple[Block, ...]:
    """What of the plan has been reported, by quarter."""
    rows = [facts for facts in plan_list(material) if facts.row.realised]
    if not rows:
        return (
            Missing(f"Realisasi tahun {material.year} belum dilaporkan untuk satu baris pun.",
                    "Isi uang dan penerima tiap triwulan di halaman Dokumen, bagian Realisasi."),
        )  # fmt: skip
    figure = material.ledger.figure
    count = figure("plan.reported", len(rows), "Baris dengan laporan realisasi", "baris", "Isian sekretariat")
    whole = figure("plan.rows", len(material.plan.rows), "Baris rencana", "baris", "Rencana aksi tahunan")
    said = [sentence("Realisasi telah dilaporkan untuk ", count, " dari ", whole, " baris rencana")]
    total = plan_money(material, "money")
    if total:
        said.append(sentence("Uang yang dibelanjakan sampai triwulan yang dilaporkan berjumlah ", total))
    said.append(("Triwulan yang belum dilaporkan dibiarkan kosong dan tidak dianggap nol.",))
    return (paragraph(*said), rat_tables.realised_table(plan_list(material)))


def _proposals(material: Material) -> tuple[Block, ...]:
    found = material.village_proposals
    if not found:
        return (
            Missing(f"Usulan desa untuk tahun {material.year} belum dimuat.",
                    "Muat tabel usulan di halaman Dokumen, bagian Usulan desa."),
        )  # fmt: skip
    figure = material.ledger.figure

    def count(key: str, answer: bool | None, label: str):
        matching = sum(proposal["accommodated"] is answer for proposal in found)
        return figure(f"proposals.{key}", matching, label, "usulan", "Usulan desa")

    whole = figure("proposals.all", len(found), "Usulan desa", "usulan", "Usulan desa")
    taken, refused = count("taken", True, "Usulan diakomodasi"), count("refused", False, "Usulan tidak diakomodasi")
    open_ = count("open", None, "Usulan belum diputuskan")
    said = [sentence("Desa dan kelurahan mengajukan ", counted(whole, "usulan"), f" untuk tahun {material.year}: ",
                     taken, " diakomodasi, ", refused, " tidak diakomodasi, dan ", open_,
                     " belum diputuskan")]  # fmt: skip
    next_level = NEXT_LEVEL.get(len(material.scope.region), "tingkat di atasnya")
    if not refused.value:
        return (paragraph(*said),)
    said.append(sentence(f"Usulan yang tidak diakomodasi disampaikan kepada {next_level} sebagai bahan pertimbangan"))
    return (paragraph(*said), rat_tables.proposal_table(material))

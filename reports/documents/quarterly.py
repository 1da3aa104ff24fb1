"""The quarterly report to the governor: a few pages on the state, the quarter, what changed, what stalls."""

from analytics.text import listing
from reports.documents.blocks import Block, Chapter, Document, Missing, Paragraph, Parts, Table
from reports.documents.material import Material
from reports.documents.office_places import written
from reports.documents.origin import origin
from reports.documents.period import QUARTER_NAMES
from reports.documents.sentences import counted, is_shown, paragraph, said_share, sentence
from reports.documents.shared_change import changes
from reports.documents.shared_change_text import change_said, figures_table
from reports.documents.shared_missed import missed
from reports.documents.shared_plan import NOT_REPORTED, UNFILLED
from reports.documents.shared_realisation import PACE_NAMES, Progress, progress_list, quarter_money
from reports.documents.shared_size import size

NO_SUPPORT = Missing("Dukungan yang diminta dari provinsi belum ditulis.",
                     "Tulis di halaman Dokumen, bagian Isian kantor.")  # fmt: skip


def compose(material: Material) -> Document:
    """Of `material.quarter`. Raises what the measures refuse."""
    quarter = material.quarter or 1
    name = QUARTER_NAMES[quarter]
    return Document(
        kind="quarterly",
        title=f"Laporan Triwulan {name} Penanggulangan Kemiskinan {material.overview.region_name}",
        subtitle=f"Tahun {material.year}, kepada gubernur",
        level=material.level,
        year=material.year,
        provenance=material.about,
        chapters=(
            Chapter("keadaan", "Keadaan", (_state(material),)),
            Chapter("realisasi", "Realisasi", _realised(material, quarter)),
            Chapter("perubahan", "Perubahan", _changed(material)),
            Chapter("tersendat", "Yang tersendat", _stalled(material, quarter)),
            Chapter("dukungan", "Dukungan yang diminta", written(material, "quarterly", "support") or (NO_SUPPORT,)),
            origin(material),
        ),
        inline=material.inline | {"triwulan": name},
        quarter=quarter,
    )


def _state(material: Material) -> Paragraph:
    of, without = size(material), missed(material)
    said = [sentence(f"menurut data per {material.inline['tanggal_data']}, {material.inline['wilayah']} memiliki ",
                     counted(of.families, "keluarga"), " miskin ekstrem dengan ", counted(of.persons, "jiwa"),
                     *((" (", of.share, " penduduk)") if is_shown(of.share) else ()))]  # fmt: skip
    if is_shown(of.pockets):
        said.append(sentence("ada ", of.pockets, " desa kantong, yaitu desa yang dihuni lebih dari ", of.threshold,
                             " jiwa miskin ekstrem")
                    if of.pockets.value else
                    sentence("tidak ada desa yang dihuni lebih dari ", of.threshold, " jiwa miskin ekstrem, sehingga "
                             "tidak ada kantong kemiskinan"))  # fmt: skip
    if is_shown(without.without_share):
        said.append(sentence(said_share(without.without_share), " keluarga miskin ekstrem (", without.without,
                             " keluarga) tidak tercatat menerima program apa pun"))  # fmt: skip
    return paragraph(*said)


def _realised(material: Material, quarter: int) -> tuple[Block, ...]:
    rows, name = progress_list(material, quarter), QUARTER_NAMES[quarter]
    if not rows:
        return (
            Missing(f"Rencana aksi tahun {material.year} belum berisi satu baris pun.",
                    "Susun rencana itu di halaman Dokumen, dokumen Rencana Aksi Tahunan."),
        )  # fmt: skip
    if all(row.pace == "unreported" for row in rows):
        return (
            Missing(f"Sampai triwulan {name} belum ada realisasi yang dilaporkan.",
                    "Isi uang dan penerima tiap triwulan di halaman Dokumen, dokumen Rencana Aksi Tahunan."),
        )  # fmt: skip
    return (_realised_said(material, rows, quarter), _realised_table(rows, quarter))


def _realised_said(material: Material, rows: list[Progress], quarter: int) -> Paragraph:
    name, figure = QUARTER_NAMES[quarter], material.ledger.figure
    reported = sum(row.here.money is not None or row.here.recipients is not None for row in rows)
    count = figure(f"plan.q{quarter}.reported", reported, f"Baris dengan laporan triwulan {quarter}", "baris",
                   "Isian sekretariat")  # fmt: skip
    whole = figure("plan.rows", len(rows), "Baris rencana", "baris", "Rencana aksi tahunan")
    here, until = quarter_money(material, quarter), quarter_money(material, quarter, cumulative=True)
    said = [sentence(f"realisasi triwulan {name} dilaporkan untuk ", *((count,) if reported else ("tidak satu pun",)),
                     " dari ", whole, " baris rencana aksi")]  # fmt: skip
    if here:
        said.append(sentence("uang yang dibelanjakan menurut laporan itu ", here))
    if until and quarter > 1:
        said.append(sentence(f"sejak awal tahun sampai triwulan {name} jumlahnya ", until))
    said.append(("Baris tanpa laporan tidak dihitung nol.",))
    return paragraph(*said)


def _realised_table(rows: list[Progress], quarter: int) -> Table:
    name = QUARTER_NAMES[quarter]
    return Table(
        "realisasi", f"Realisasi triwulan {name} dan sampai triwulan {name}",
        ("Program atau kegiatan", "Anggaran setahun", f"Triwulan {name}", "Penerima", f"Sampai triwulan {name}",
         "Bagian"),
        tuple(
            ((row.name,), (row.facts.budget,), (row.here.money or NOT_REPORTED,),
             (row.here.recipients or NOT_REPORTED,), (row.money or NOT_REPORTED,), (row.share or UNFILLED,))
            for row in rows
        ),
        numeric=(1, 2, 3, 4, 5),
        widths=(0.25, 0.19, 0.17, 0.12, 0.17, 0.1),
        notes=("Penerima pada triwulan itu saja; orang yang sama dapat menerima pada triwulan lain. Jumlah "
               f"sampai triwulan {name} hanya memuat triwulan yang dilaporkan; bagiannya dari anggaran setahun.",),
    )  # fmt: skip


def _changed(material: Material) -> tuple[Block, ...]:
    found = changes(material, "before")
    return (found,) if isinstance(found, Missing) else (change_said(material, found), figures_table(found))


def _stalled(material: Material, quarter: int) -> tuple[Block, ...]:
    rows = progress_list(material, quarter)
    bullets = [said for row in rows if (said := _why(row, quarter))]
    own = written(material, "quarterly", "constraints")
    silent = [row.name for row in rows if row.pace == "unreported"]
    if silent:
        bullets.append(sentence(f"belum dilaporkan sejak awal tahun: {listing(silent)}"))
    if not bullets:
        return (Paragraph(("Tidak ada baris rencana yang tertinggal atau tanpa laporan.",)), *own) if rows else own
    start = f"Keadaan pada akhir triwulan {QUARTER_NAMES[quarter]} tahun {material.year}, menurut laporan yang masuk:"
    return (Paragraph((start,)), *(Paragraph(said, "bullet") for said in bullets), *own)


def _why(row: Progress, quarter: int) -> Parts:
    """Why a row needs to be asked about; empty where it does not."""
    if row.pace == "behind" and row.share is not None:
        return sentence(f"{row.name} {PACE_NAMES['behind']}: ", row.share, " anggaran terpakai, sedangkan belanja yang "
                        f"merata sepanjang tahun mencapai {quarter * 25}%")  # fmt: skip
    if row.pace == "incomplete":
        lacking = listing([QUARTER_NAMES[number] for number in row.lacking])
        return sentence(f"{row.name}: {PACE_NAMES['incomplete']}, uang triwulan {lacking} tidak dilaporkan")
    return ()

"""LP2KD, chapters IV and V: what was reached, realised and changed, what stood in the way, what follows from it."""

from analytics.text import UNKNOWN, listing, mid_sentence
from data.reference import parameter
from reports.documents.blocks import Block, Heading, Missing, Paragraph, Parts, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.office_places import written
from reports.documents.period import QUARTER_NAMES
from reports.documents.rat import realised
from reports.documents.sentences import counted, enumerated, is_shown, names, paragraph, said_share, sentence
from reports.documents.shared_change import changes
from reports.documents.shared_change_text import change_blocks
from reports.documents.shared_gaps import gap_list
from reports.documents.shared_programmes import PlaceProgramme, place_programmes
from reports.documents.shared_realisation import last_reported, progress_list
from reports.documents.shared_size import size
from reports.documents.shared_villages import pockets

SAID = 3
CLOSED = {
    "constraints": Missing("Kendala pelaksanaan belum ditulis.", "Tulis di halaman Dokumen, bagian Isian kantor."),
    "coordination": Missing("Rapat koordinasi TKPK dan hasilnya belum ditulis.",
                            "Tulis di halaman Dokumen, bagian Isian kantor."),
}  # fmt: skip


def results(material: Material) -> tuple[Block, ...]:
    """Coverage, realisation, change; constraints and coordination in the office's words."""
    return (
        Heading("Jangkauan program"),
        *_coverage(material),
        Heading("Realisasi rencana aksi"),
        *_realised(material),
        *_changes(material),
        Heading("Kendala"),
        *(written(material, "lp2kd", "constraints") or (CLOSED["constraints"],)),
        Heading("Koordinasi"),
        *(written(material, "lp2kd", "coordination") or (CLOSED["coordination"],)),
    )


def _coverage(material: Material) -> tuple[Block, ...]:
    found = place_programmes(material)
    if not found:
        return (
            Missing("Daftar penerima program belum dimuat, sehingga jangkauannya tidak diketahui.",
                    "Muat daftar penerima di halaman Data."),
        )  # fmt: skip
    closed = set(material.coverage.programmes.query("closed")["programme"])
    # What stands in for another programme is not missing where that one is received.
    substitutes = {gap.programme for gap in gap_list(material) if gap.substitute_for}
    open_ = [row for row in found if row.programme not in closed | substitutes and row.uncovered.value]
    said: list[Parts] = []
    if open_:
        most = sorted(open_, key=lambda row: -(row.uncovered.value or 0))[:SAID]
        pieces: list[Parts] = [(f"{row.name} (", *counted(row.uncovered, "keluarga"), ")") for row in most]
        said.append(sentence("keluarga yang memenuhi syarat tetapi belum menerima paling banyak dijumpai pada ",
                             *enumerated(pieces)))  # fmt: skip
        share = _missed_share(material, most[0])
        if is_shown(share):
            said.append(sentence(f"untuk {most[0].name}, mereka merupakan ", said_share(share), " dari yang layak"))
    else:
        said.append(("Tidak ada keluarga layak yang tercatat belum menerima program yang daftarnya sudah dimuat.",))
    return (paragraph(*said), _coverage_table(material, found, closed))


def _missed_share(material: Material, row: PlaceProgramme):
    return material.ledger.rate(f"{row.uncovered.id}/rate", row.uncovered, row.eligible,
                                f"Bagian yang belum menerima, {row.name}", row.uncovered.source)  # fmt: skip


def _coverage_table(material: Material, found: list[PlaceProgramme], closed: set[str]) -> Table:
    hidden = any(HIDDEN in (row.recipients.text, row.eligible.text, row.uncovered.text) for row in found)
    no_rule = [row.name for row in found if row.eligible.text == UNKNOWN]
    substitutes = {gap.programme for gap in gap_list(material) if gap.substitute_for}
    stand_in = [row.name for row in found if row.programme in substitutes]
    return Table(
        "cakupan", "Keluarga penerima, yang layak, dan yang belum menerima",
        ("Program", "Penerima", "Layak", "Layak, belum menerima", "Bagian yang belum"),
        tuple(
            ((f"{row.name} (sudah ditutup)" if row.programme in closed else row.name,), (row.recipients,),
             (row.eligible,), (row.uncovered,), (_missed_share(material, row),))
            for row in found
        ),
        numeric=(1, 2, 3, 4),
        widths=(0.4, 0.14, 0.14, 0.17, 0.15),
        notes=(
            "Layak: memenuhi syarat program menurut data, di antara semua keluarga; penerima yang tidak memenuhi "
            "syarat ikut terhitung sebagai penerima.",
            *([f"Pengganti program lain, jadi yang belum menerimanya mungkin sudah menerima program yang digantikan: "
               f"{listing(stand_in)}."] if stand_in else []),
            *([f"Syaratnya tidak dapat diperiksa dalam data: {listing(no_rule)}."] if no_rule else []),
            *([material.ledger.door.note] if hidden else []),
        ),
    )  # fmt: skip


def _realised(material: Material) -> tuple[Block, ...]:
    """What was said of the year, who lags, then the table."""
    said, *tables = realised(material)
    return (said, *_pace(material), *tables)


def _pace(material: Material) -> tuple[Block, ...]:
    """Which rows lag behind at the last quarter anybody reported."""
    quarter = last_reported(material)
    if quarter is None:
        return ()
    by_pace: dict[str, list[str]] = {}
    for row in progress_list(material, quarter):
        by_pace.setdefault(row.pace, []).append(row.name)
    said = []
    if by_pace.get("behind"):
        said.append(sentence(f"sampai triwulan {QUARTER_NAMES[quarter]}, belanja {listing(by_pace['behind'])} "
                             f"tertinggal: bagian anggaran yang terpakai kurang dari {quarter * 25}%"))  # fmt: skip
    if by_pace.get("on_course"):
        said.append(sentence(f"belanja {listing(by_pace['on_course'])} berjalan sesuai rencana"))
    if by_pace.get("incomplete"):
        said.append(sentence(f"laju belanja {listing(by_pace['incomplete'])} belum dapat dinilai karena laporan "
                             "triwulannya belum lengkap"))  # fmt: skip
    return (paragraph(*said),) if said else ()


def _changes(material: Material) -> tuple[Block, ...]:
    before, last_year = material.earlier("before"), material.earlier("last_year")
    blocks: list[Block] = []
    if before is None or last_year is None or before.snapshot_id != last_year.snapshot_id:
        blocks += [Heading("Perubahan sejak data sebelumnya"), *_change(material, "before")]
    return (*blocks, Heading("Perubahan sejak tahun lalu"), *_change(material, "last_year"))


def _change(material: Material, since) -> tuple[Block, ...]:
    found = changes(material, since)
    return (found,) if isinstance(found, Missing) else change_blocks(material, found)


def advice(material: Material) -> tuple[Block, ...]:
    """What follows from the numbers, by rules; each with the number it follows from."""
    bullets = [*_places(material), *_gaps(material), *_reports(material), *_data(material)]
    start = "Berdasarkan angka dalam laporan ini, sekretariat TKPK menyarankan langkah berikut."
    none = "Angka dalam laporan ini tidak menunjukkan langkah yang harus didahulukan."
    return (Paragraph((start if bullets else none,)), *(Paragraph(said, "bullet") for said in bullets))


def _places(material: Material) -> list[Parts]:
    found = pockets(material)
    if not found:
        return []
    first = listing([village.name for village in found[:SAID]])
    if (material.pockets.share or 0) > parameter("pocket_share_high", material.on).value:
        return [
            sentence(f"dahulukan {first} ketika menetapkan lokasi kegiatan tahun {material.year + 1}; hampir semua "
                     "desa menjadi kantong, jadi status itu saja tidak cukup untuk memilih lokasi")
        ]  # fmt: skip
    return [
        sentence("dahulukan ", counted(size(material).pockets, "desa kantong"), " ketika menetapkan lokasi kegiatan "
                 f"tahun {material.year + 1}, terutama {first}")
    ]  # fmt: skip


def _gaps(material: Material) -> list[Parts]:
    open_ = sorted((gap for gap in gap_list(material) if gap.gap.value), key=lambda gap: -(gap.gap.value or 0))
    if not open_:
        return []
    unit = open_[0].gap.unit
    pieces: list[Parts] = [(f"{gap.name} (", *counted(gap.gap, unit), ")") for gap in open_[:2]]
    return [sentence("usulkan sasaran miskin ekstrem yang belum menerima ", *enumerated(pieces),
                     " kepada penanggung jawab programnya")]  # fmt: skip


def _reports(material: Material) -> list[Parts]:
    rows = progress_list(material, last_reported(material) or 1)
    silent = [row.name for row in rows if row.pace == "unreported"]
    slow = [row.name for row in rows if row.pace == "behind"]
    said: list[Parts] = []
    if silent:
        said.append(sentence(f"minta laporan realisasi yang belum masuk, yaitu {listing(silent)}; tanpa laporan "
                             "itu tidak diketahui apakah kegiatannya berjalan"))  # fmt: skip
    if slow:
        said.append(sentence(f"bahas hambatan belanja {names(slow)} dalam rapat koordinasi berikutnya"))
    return said


def _data(material: Material) -> list[Parts]:
    lacking = [mid_sentence(light.title) for light in material.fitness.lights if light.state != "green"]
    if not lacking:
        return []
    return [sentence(f"lengkapi syarat kelayakan data sebelum daftar dipakai menetapkan penerima: {listing(lacking)}")]

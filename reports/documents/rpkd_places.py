"""RPKD, chapters V, VI and the last: priority locations, targets beside today's numbers, what follows; the annex."""

from collections.abc import Callable

from analytics.text import number
from data.reference import parameter
from reports.documents.blocks import Block, Fact, Heading, Missing, Paragraph, Parts, Table
from reports.documents.material import Material
from reports.documents.office_places import PLACES, entered, written
from reports.documents.sentences import counted, is_shown, names, paragraph, sentence
from reports.documents.shared_areas import area_list, area_word
from reports.documents.shared_missed import missed
from reports.documents.shared_official import official_points
from reports.documents.shared_size import likely, size
from reports.documents.shared_villages import pockets, village_map_picture, village_table, villages

MOST_LISTED = 30  # villages in the chapter; the annex has them all
MOST_ANNEX = 500
WITHOUT_POCKETS = 10
SAID = 3


def locations(material: Material) -> tuple[Block, ...]:
    """The map, and the pockets; without pockets the villages with most extreme poor."""
    found = pockets(material)
    shown = found[:MOST_LISTED] or villages(material)[:WITHOUT_POCKETS]
    if not shown:
        return (Missing("Belum ada desa yang jiwa miskin ekstremnya dapat dihitung.",
                        "Periksa definisi di bilah sisi, atau muat jumlah anggota keluarga di halaman Data."),
                village_map_picture(material))  # fmt: skip
    blocks: list[Block] = [paragraph(*_said(material)), village_map_picture(material),
                           village_table(material, of=shown)]  # fmt: skip
    if len(found) > MOST_LISTED:
        blocks.append(Paragraph(("Tabel memuat desa kantong dengan jiwa terbanyak; daftar lengkap ada pada lampiran.",),
                                "note"))  # fmt: skip
    if material.scope.definition == "pmt_line":
        blocks.append(_chances(material))
    return tuple(blocks)


def _said(material: Material) -> list[Parts]:
    of, found = size(material), pockets(material)
    if not found:
        none = sentence(
            f"tidak ada desa atau kelurahan yang {likely(material)}dihuni lebih dari ",
            of.threshold,
            " jiwa miskin ekstrem "
            "menurut definisi ini, sehingga lokasi prioritas dipilih menurut jumlah jiwa terbanyak",
        )
        return [none]
    every = of.pockets.value == of.villages.value
    said = [
        sentence("menurut definisi ini, semua desa dan kelurahan (", of.villages, ") menjadi kantong kemiskinan")
        if every
        else sentence("lokasi prioritas rencana ini ialah ", counted(of.pockets, "desa dan kelurahan"),
                      " yang menjadi kantong kemiskinan, dari ", of.villages, " yang ada")
    ]  # fmt: skip
    if (material.pockets.share or 0) > parameter("pocket_share_high", material.on).value:
        said.append(("Karena itu status kantong kurang membedakan; urutan menurut jumlah jiwa lebih berguna untuk "
                     "memilih lokasi yang didahulukan.",))  # fmt: skip
    first = found[0]
    said.append(sentence(f"jumlah terbanyak ada di {first.name}, {_where(first.district)}, yaitu ",
                         counted(first.persons, "jiwa")))  # fmt: skip
    crowded = [area for area in area_list(material) if area.pockets.value]
    crowded = sorted(crowded, key=lambda area: -(area.pockets.value or 0))
    if len(crowded) > SAID:
        said.append(sentence(f"kantong paling banyak berada di {area_word(material)} "
                             f"{names([area.name for area in crowded[:SAID]])}"))  # fmt: skip
    both = [village for village in found if village.priority]
    if material.pockets.priority_loaded:
        count = material.ledger.figure("pockets.priority", len(both), "Kantong yang juga lokasi prioritas", "desa",
                                       "Daftar lokasi prioritas")  # fmt: skip
        said.append(sentence(counted(count, "desa kantong"), " juga tercantum dalam daftar lokasi prioritas dan "
                             "didahulukan"))  # fmt: skip
    return said


def _where(district: str) -> str:
    return f"Kecamatan {district}" if district else "kecamatan tidak diketahui"


def _chances(material: Material) -> Paragraph:
    told = material.pockets.told_apart
    start = (
        "Angka desa di bab ini perkiraan model: peluang menyatakan seberapa mungkin jiwa miskin ekstremnya melebihi "
        "batas kantong. "
    )
    if told is None or not told.expected or not material.pockets.count:
        return Paragraph((start + "Pastikan di lapangan sebelum menetapkan.",))
    ledger, source = material.ledger, "Peluang menurut model"
    right = ledger.figure("told.right", told.right, "Kantong yang ditandai dan memang kantong", "bagian", source)
    found = ledger.figure("told.found", told.found, "Kantong yang ditemukan", "bagian", source)
    return Paragraph((start + "Menurut model sendiri, sekitar ", right, " desa yang ditandai memang kantong, dan ",
                      found, " dari kantong yang diperkirakan ada sudah tertandai. Pastikan di lapangan sebelum "
                      "menetapkan."))  # fmt: skip


def targets(material: Material) -> tuple[Block, ...]:
    """Indicators with where they stand now; targets are the office's own."""
    rows, empty = [], 0
    for place, (title, baseline) in _baselines(material).items():
        target = entered(material, "rpkd", f"target/{place}", f"target/{place}", "target")
        empty += target is None
        said, when = baseline()
        rows.append(((title,), said, (when,), (target,) if target else ("belum diisi",)))
    table = Table(
        "target", "Indikator, keadaan awal, dan target", ("Indikator", "Keadaan awal", "Menurut", "Target"),
        tuple(rows), numeric=(1, 3), widths=(0.42, 0.17, 0.23, 0.18),
        notes=("Keadaan awal diisi dari data; target diisi oleh sekretariat.",),
    )  # fmt: skip
    blocks: list[Block] = [
        Paragraph(("Keberhasilan rencana diukur dengan indikator berikut. Angka resmi dan hitungan menurut nama "
                   "dipantau masing-masing dan tidak saling menggantikan.",)), table,
    ]  # fmt: skip
    if empty:
        blocks.append(Missing(f"Target {'semua' if empty == len(rows) else 'sebagian'} indikator belum diisi.",
                              "Isi di halaman Dokumen, tab Isian kantor."))  # fmt: skip
    return tuple(blocks)


def _baselines(material: Material) -> dict[str, tuple[str, Callable[[], tuple[Parts, str]]]]:
    """Place -> title, and what gives the number of today and when it is of."""

    def official(indicator: str) -> Callable[[], tuple[Parts, str]]:
        def newest() -> tuple[Parts, str]:
            points = official_points(material, indicator)
            return (
                ((points[-1][1],), f"angka resmi {points[-1][0]}") if points else (("–",), "angka resmi belum dimuat")
            )

        return newest

    def counted_now(fact: Fact) -> Callable[[], tuple[Parts, str]]:
        return lambda: ((fact,), f"data {material.inline['tanggal_data']}")

    of = size(material)
    threshold = number(material.pockets.threshold.value)
    titles = {place: entry.title.removeprefix("Target ") for place, entry in PLACES["rpkd"].items()}

    def title(place: str, more: str = "") -> str:
        words = titles[f"target/{place}"]
        return words[:1].upper() + words[1:] + more

    return {
        "P0": (title("P0"), official("P0")),
        "P1": (title("P1"), official("P1")),
        "extreme_rate": (title("extreme_rate"), official("extreme_rate")),
        "persons": (title("persons"), counted_now(of.persons)),
        "pockets": (title("pockets", f" (lebih dari {threshold} jiwa)"), counted_now(of.pockets)),
        "without": (title("without"), counted_now(missed(material).without)),
    }


def closing(material: Material) -> tuple[Block, ...]:
    """What follows, and the office's own words."""
    return (
        Paragraph((
            f"Rencana ini dirinci setiap tahun dalam Rencana Aksi Tahunan {material.overview.region_name}, "
            "dilaksanakan oleh perangkat daerah sesuai tugasnya, dan dilaporkan setiap triwulan kepada gubernur.",
        )),
        Paragraph((
            "Basis data diperbarui dan disepakati dalam musyawarah desa atau kelurahan sebelum dipakai menetapkan "
            "penerima; angka dalam rencana ini menunjukkan di mana dan kepada siapa perhatian diberikan lebih dahulu, "
            "dan tidak menetapkan keluarga penerima.",
        )),
        *written(material, "rpkd", "closing"),
    )  # fmt: skip


def annex(material: Material) -> tuple[Block, ...]:
    """All villages with extreme poor."""
    found = villages(material)
    if not found:
        return (Missing("Daftar desa belum dapat disusun.", "Muat berkas keluarga di halaman Data."),)
    blocks: list[Block] = [Heading("Semua desa dan kelurahan dengan keluarga miskin ekstrem"),
                           village_table(material, MOST_ANNEX)]  # fmt: skip
    if len(found) > MOST_ANNEX:
        blocks.append(Paragraph(("Daftar ini dipotong; seluruh desa ada dalam lampiran angka (XLSX).",), "note"))
    if not is_shown(*(village.persons for village in found)):
        blocks.append(Paragraph(("Desa yang angkanya disembunyikan ditulis paling bawah.",), "note"))
    return tuple(blocks)

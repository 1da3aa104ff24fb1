"""The documents there are, and how each is composed and written."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module

from data.errors import Refused
from reports.documents.blocks import Document
from reports.documents.material import Material


@dataclass(frozen=True)
class Kind:
    """name: as on the command line. about: one Indonesian sentence, whom it serves. suffixes: kinds of file, the first
    is the usual one. module: has `compose(Material) -> Document`. of_village: about one village, not any
    region. reports: looks back on a year instead of ahead. quarterly: is about one quarter of its year."""

    name: str
    title: str
    about: str
    suffixes: tuple[str, ...]
    module: str
    of_village: bool = False
    reports: bool = False
    quarterly: bool = False

    def compose(self, material: Material) -> Document:
        """The document's content. Raises what the measures refuse."""
        composer: Callable[[Material], Document] = import_module(f"reports.documents.{self.module}").compose
        return composer(material)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("rpkd", "Rencana Penanggulangan Kemiskinan Daerah (RPKD)",
             "Rencana beberapa tahun: keadaan, profil, program, dan lokasi prioritas.", (".docx",), "rpkd"),
        Kind("annex", "Lampiran angka",
             "Semua tabel di balik rencana dan paparan, setiap angka dengan satuan dan sumbernya.", (".xlsx",),
             "annex"),
        Kind("briefing", "Paparan peta",
             "Delapan salindia untuk pimpinan daerah: keadaan, peta, desa, program, uang, dan keputusan.",
             (".pptx", ".pdf"), "briefing"),
        Kind("village", "Lembar desa",
             "Satu desa dalam satu halaman, untuk dibahas di musyawarah desa.", (".docx", ".pdf"), "village",
             of_village=True),
        Kind("rat", "Rencana Aksi Tahunan (RAT)",
             "Rencana setahun: masalah, program, target, anggaran, realisasi, dan usulan desa.", (".docx", ".xlsx"),
             "rat"),
        Kind("lp2kd", "Laporan Pelaksanaan Penanggulangan Kemiskinan Daerah (LP2KD)",
             "Laporan setahun: keadaan, anggaran, capaian, kendala, dan perubahan.", (".docx",), "lp2kd",
             reports=True),
        Kind("quarterly", "Laporan triwulanan kepada gubernur",
             "Laporan ringkas satu triwulan: keadaan, realisasi, perubahan, dan yang tersendat.", (".docx",),
             "quarterly", reports=True, quarterly=True),
    )
}  # fmt: skip


def kind_of(name: str) -> Kind:
    """Raises Refused `document_unknown`."""
    if name not in KINDS:
        near = get_close_matches(name, KINDS, 1)
        raise Refused(
            "document_unknown",
            f"Dokumen “{name}” tidak dikenal; pilih {f'{near[0]}, atau ' if near else ''}salah satu dari "
            f"{', '.join(KINDS)}.",
        )
    return KINDS[name]

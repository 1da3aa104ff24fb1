"""RPKD, chapters I and II: what the document is about, three numbers beside each other, the official figures."""

from analytics.text import day
from reports.documents.blocks import Block, Heading, Missing, Paragraph, Table
from reports.documents.material import Material
from reports.documents.office_places import entered
from reports.documents.sentences import is_shown, paragraph, sentence, times
from reports.documents.shared_official import extreme_trend, official_points, official_trend
from reports.documents.shared_size import size

NEVER_MIXED = (
    "Ketiga angka mengukur hal yang berbeda. Estimasi survei memperkirakan berapa banyak penduduk yang pengeluarannya "
    "di bawah garis, tanpa menunjuk siapa orangnya. Hitungan menurut nama mengurutkan keluarga dalam basis data. "
    "Daftar yang ditetapkan adalah keputusan kepala daerah setelah verifikasi. Karena itu ketiganya disandingkan, "
    "tidak dijumlahkan, dan tidak saling menggantikan."
)


def introduction(material: Material) -> tuple[Block, ...]:
    """Purpose, scope, definitions, and the three numbers."""
    region, snapshot = material.overview.region_name, material.about
    threshold = size(material).threshold
    return (
        Heading("Maksud dan ruang lingkup"),
        paragraph(
            (f"Rencana ini menjadi acuan perangkat daerah {region} dalam menanggulangi kemiskinan, terutama kemiskinan "
             "ekstrem. Isinya kondisi umum daerah, profil kemiskinan, prioritas program, dan lokasi prioritas; setiap "
             "tahun rencana ini dirinci dalam Rencana Aksi Tahunan (RAT).",),
            (f"Angka keluarga dan jiwa berasal dari {snapshot.snapshot}, keadaan per {day(snapshot.source_date)}. "
             "Angka resmi dimuat oleh sekretariat; sumbernya tertulis di bawah setiap tabel.",),
        ),
        Heading("Pengertian"),
        Paragraph((material.pockets.definition_text,), "bullet"),
        Paragraph(("Kantong kemiskinan: desa atau kelurahan yang dihuni lebih dari ", threshold,
                   " jiwa miskin ekstrem."), "bullet"),
        Paragraph(("Celah sasaran: keluarga miskin ekstrem yang memenuhi syarat sebuah program tetapi belum "
                   "menerimanya.",), "bullet"),
        Paragraph(("Poin persen: selisih dua persentase. Dari 10% ke 8% berarti turun dua poin persen.",), "bullet"),
        Heading("Tiga angka kemiskinan ekstrem"),
        *three_numbers(material),
    )  # fmt: skip


def three_numbers(material: Material) -> tuple[Block, ...]:
    """The survey's estimate, the count by name and the decreed list, with their ratio to the estimate."""
    own, ledger = size(material).persons, material.ledger
    points = official_points(material, "extreme_persons")
    year, estimate = points[-1] if points else (None, None)
    decreed = entered(material, "rpkd", "decreed_persons", "decreed.persons", "jiwa")

    def ratio(name: str, count) -> tuple:
        if estimate is None or count is None or not is_shown(estimate, count) or not estimate.value:
            return ("–",)
        value = count.value / estimate.value
        return (ledger.figure(f"ratio/{name}", value, f"Perbandingan terhadap estimasi, {name}", "kali",
                              "Angka yang tertulis dibagi estimasi yang tertulis", text=times(value)),)  # fmt: skip

    by_chance = material.scope.definition == "pmt_line"
    by_name = "Perkiraan model atas basis data" if by_chance else "Hitungan menurut nama"
    rows = (
        ((f"Estimasi survei (angka resmi){f', {year}' if year else ''}",),
         (estimate,) if estimate else ("belum dimuat",),
         ("seluruh penduduk, tanpa nama",), ("pembanding",) if estimate else ("–",)),
        ((by_name,), (own,), (f"keluarga dalam {material.about.snapshot}",), ratio("by_name", own)),
        (("Daftar yang ditetapkan kepala daerah",), (decreed,) if decreed else ("belum diisi",),
         ("keluarga dalam keputusan",), ratio("decreed", decreed)),
    )  # fmt: skip
    table = Table(
        "tiga_angka", "Tiga angka kemiskinan ekstrem (jiwa)",
        ("Angka", "Jiwa", "Tentang", "Terhadap estimasi"), rows, numeric=(1, 3), widths=(0.34, 0.16, 0.3, 0.2),
    )  # fmt: skip
    blocks: list[Block] = [Paragraph((NEVER_MIXED,)), table]
    if estimate and is_shown(estimate, own) and len(material.scope.region) <= 5:
        shown = ratio("by_name", own)
        blocks.insert(0, paragraph(sentence(
            f"Angka resmi {year} memperkirakan ", estimate, " jiwa miskin ekstrem di daerah ini, sedangkan ",
            "model atas basis data memperkirakan " if by_chance else "basis data menurut nama memuat ",
            own, " jiwa, yaitu ", *shown, " estimasi itu",
        )))  # fmt: skip
    if decreed is None:
        blocks.append(
            Missing("Jumlah jiwa dalam daftar yang ditetapkan kepala daerah belum diisi.",
                    "Isi di halaman Dokumen, tab Isian kantor, setelah keputusannya terbit.")
        )  # fmt: skip
    return tuple(blocks)


def conditions(material: Material) -> tuple[Block, ...]:
    """Official figures with their trend, and those of extreme poverty with the break of their series."""
    return (
        Heading("Kemiskinan menurut angka resmi"),
        *official_trend(material),
        Heading("Kemiskinan ekstrem menurut estimasi survei"),
        *extreme_trend(material),
    )

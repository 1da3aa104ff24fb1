"""The outlines of the shipped templates: chapters in order, and below each its standing text and `[[places]]`.

The annex of Permendagri 53/2020 is not at hand: the outlines follow what is known of the contents (four parts named by
the regulation, the rest by custom) and say on the cover that they are unverified.
"""

NOTE = (
    "Susunan bab belum diverifikasi: lampiran Permendagri 53/2020 belum tersedia saat templat ini dibuat. "
    "Sesuaikan templat ini di Word bila ketentuan di daerah Anda berbeda."
)
OUTLINES = {
    "rpkd": {
        "title": "Rencana Penanggulangan Kemiskinan Daerah",
        "note": NOTE,
        "chapters": (
            ("Bab I Pendahuluan", ("[[pendahuluan]]",)),
            ("Bab II Kondisi Umum Daerah", ("[[kondisi]]",)),
            ("Bab III Profil Kemiskinan Daerah", ("[[profil]]", "[[faktor]]")),
            ("Bab IV Prioritas Program", ("[[program]]",)),
            ("Bab V Lokasi Prioritas", ("[[lokasi]]",)),
            ("Bab VI Sasaran dan Indikator", ("[[sasaran]]",)),
            ("Bab VII Penutup", ("[[penutup]]",)),
            ("Lampiran 1: Daftar Desa", ("[[lampiran]]",)),
            ("Lampiran 2: Asal Angka", ("[[asal]]",)),
        ),
    },
    "rat": {
        "title": "Rencana Aksi Tahunan Penanggulangan Kemiskinan",
        "note": NOTE,
        "chapters": (
            ("Bab I Keadaan Wilayah", ("[[kondisi]]",)),
            ("Bab II Faktor Terkait", ("[[faktor]]",)),
            ("Bab III Rencana Aksi", ("[[rencana]]",)),
            ("Bab IV Realisasi", ("[[realisasi]]",)),
            ("Bab V Usulan Desa", ("[[usulan_desa]]",)),
            ("Lampiran: Asal Angka", ("[[asal]]",)),
        ),
    },
    "lp2kd": {
        "title": "Laporan Pelaksanaan Penanggulangan Kemiskinan Daerah",
        "note": NOTE,
        "chapters": (
            ("Bab I Pendahuluan", ("[[pendahuluan]]",)),
            ("Bab II Kondisi dan Profil Kemiskinan", ("[[kondisi]]",)),
            ("Bab III Kebijakan, Program, dan Anggaran", ("[[kebijakan]]",)),
            ("Bab IV Capaian, Kendala, dan Koordinasi", ("[[capaian]]",)),
            ("Bab V Penutup dan Rekomendasi", ("[[penutup]]",)),
            ("Lampiran: Asal Angka", ("[[asal]]",)),
        ),
    },
    "quarterly": {
        "title": "Laporan Triwulan [[triwulan]] Penanggulangan Kemiskinan",
        "note": NOTE,
        "short": True,
        "chapters": (
            ("Keadaan", ("[[keadaan]]",)),
            ("Realisasi", ("[[realisasi]]",)),
            ("Perubahan sejak data sebelumnya", ("[[perubahan]]",)),
            ("Yang tersendat", ("[[tersendat]]",)),
            ("Dukungan yang diminta dari provinsi", ("[[dukungan]]",)),
            ("Asal angka", ("[[asal]]",)),
        ),
    },
}

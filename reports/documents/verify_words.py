"""What verification establishes and what not: said on the page, in the documents and by the command line alike."""

ESTABLISHES = (
    "Pemeriksaan menghitung ulang setiap angka dokumen dari data di komputer kantor, dengan cakupan, definisi, dan "
    "aturan pada saat dokumen dibuat, lalu membandingkannya dengan angka yang tertulis."
)
DOES_NOT_ESTABLISH = (
    "Pemeriksaan tidak membuktikan bahwa data sumbernya benar, bahwa kalimat yang ditulis atau diubah orang benar, "
    "bahwa angka yang diketik sendiri di luar tanda angka benar, atau bahwa gambar tidak diganti."
)
HOW = (
    "Buka halaman Dokumen, bagian Periksa dokumen, lalu muat berkas ini. Setiap angka hitungan berada di dalam "
    "kendali isi bertanda; klik angkanya di Word untuk melihat namanya."
)

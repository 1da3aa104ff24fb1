"""Every word and header that offices are known to write is read. The lists are typed in from the field notes on
P3KE and DTSEN, by hand and apart from the profiles, with what each word must mean."""

import pytest

from data.mapping import MISSING
from data.profiles import shipped_profiles, spellings, value_key
from data.recognition import recognise

MISSING_WORD = object()


def listed(text):
    return text.split()


def table(profile, kind):
    return next(table for table in shipped_profiles()[profile].tables if table.kind == kind)


def read(profile, kind, field, text):
    """What a field makes of a text: a word, None (known, no meaning), MISSING_WORD; KeyError where not known."""
    if text.strip().upper() in MISSING:
        return MISSING_WORD
    return spellings(table(profile, kind).fields[field])[value_key(text)]


P3KE_FAMILY = {
    "tenure": {
        "Milik Sendiri": "own", "Kontrak/Sewa": "rent", "Bebas Sewa/Menumpang": "free", "Dinas": "official",
        "Lainnya": "other", "Bebas/Sewa/Menumpang": "free",
    },
    "roof": {
        "Beton": "concrete", "Genteng": "tile", "Asbes/Seng": "asbestos_zinc", "Kayu/Sirap": "wood", "Bambu": "bamboo",
        "Jerami/Ijuk/Rumbia/Daun-daunan": "thatch", "JERAMI/IJUK/RUMBIA/ DAUN": "thatch",
        "JERAMI/IJUK/RUMBIA/ DAUN-DAUNAN": "thatch", "RUMBIA/ DAUN": "thatch", "Lainnya": "other",
    },
    "roof_quality": {"Bagus/Kualitas Tinggi": "good", "Jelek/Kualitas Rendah": "poor", "KOSONG": MISSING_WORD},
    "wall_quality": {"Bagus/Kualitas Tinggi": "good", "Jelek/Kualitas Rendah": "poor", "KOSONG": MISSING_WORD},
    "wall": {
        "Tembok": "brick", "Seng": "zinc", "Kayu/Papan": "wood", "Bambu": "bamboo", "Lainnya": "other",
        "Plesteran anyaman bambu/kawat/Lainnya": "other",
    },
    "floor": {
        "Keramik/Granit/Marmer/Ubin/Tegel/Teraso": "tile", "Semen": "cement", "Kayu/Papan": "wood", "Bambu": "bamboo",
        "Tanah": "earth", "Lainnya": "other",
    },
    "lighting": {
        "Listrik PLN meteran": "pln_metered", "Listrik PLN non meteran": "pln_unmetered",
        "Listrik non-PLN": "non_pln", "Bukan listrik": "none", "Listrik PLN": "pln_metered",
        "Listrik Bukan PLN": "non_pln", "Non Listrik": "none", "Non-Listrik": "none",
        "Listrik Pribadi s/d 900 Watt": "pln_metered", "Listrik Pribadi > 900 Watt": "pln_metered",
        "Listrik Bersama": "pln_unmetered", "Genset/solar cell": "non_pln",
    },
    "power": {
        "=< 900 watt": "le_900", "> 900 watt": "gt_900", "KOSONG": MISSING_WORD, "450 VA": "le_900",
        "900 VA": "le_900", "Tidak Ada": "none",
    },
    "fuel": {
        "Listrik/Gas": "gas_electric", "Minyak Tanah": "kerosene", "Arang/Kayu": "wood_charcoal", "Lainnya": "other",
    },
    "water": {
        "Air Kemasan/Isi Ulang": "packaged", "Ledeng/PAM": "piped", "Sumur Bor": "borehole",
        "Sumur Terlindung": "protected_well", "Sumur Tidak Terlindung": "unprotected_well",
        "Air Permukaan (Sungai, Danau, dll)": "surface", "Air Hujan": "rain", "Lainnya": "other",
    },
    "toilet": {
        "Milik Sendiri": "own", "Umum/Bersama": "shared", "Lainnya": "other", "KOSONG": MISSING_WORD,
        "Ya, dengan Septictank": "own", "Ya, dengan Septic Tank": "own", "Ya, Tanpa Septictank": "own",
        "Tidak, Jamban Umum/Bersama": "shared",
    },
    "stunting_risk": {
        "Beresiko Stunting": "at_risk", "Tidak Beresiko Stunting": "not_at_risk",
        "Bukan Target Sasaran": "not_target",
    },
    "head_occupation": {
        "Petani": "farmer", "Nelayan": "fisher", "Pedagang": "trader", "Pegawai Swasta": "private_employee",
        "Wiraswasta": "entrepreneur", "PNS/TNI/Polri": "civil_servant", "Pejabat Negara": "official",
        "Pekerja Lepas": "casual", "Pensiunan": "retired", "Tidak/Belum Bekerja": "not_working",
        "Swasta": "private_employee", "Belum/Tidak Bekerja": "not_working",
    },
    "head_work_status": {
        "Berusaha Sendiri": "own_account", "Berusaha Dibantu Buruh Tetap/Dibayar": "employer",
        "Berusaha Dibantu Buruh Tidak Tetap/Buruh Tidak Dibayar": "own_assisted",
        "Buruh/Karyawan/Pegawai": "employee", "Pekerja Bebas": "casual",
        "Pekerja Keluarga/Tidak Dibayar": "unpaid", "KOSONG": MISSING_WORD,
    },
    "head_education": {
        "Tidak/Belum Sekolah": "none", "Tidak Tamat SD/Sederajat": "none", "Tdk Tamat SD/Sederajat": "none",
        "Masih SD/Sederajat": "none", "Masih SLTP/Sederajat": "primary", "Masih SLTA/Sederajat": "junior",
        "Masih PT/Akademi": "senior", "Tamat SD/Sederajat": "primary", "Tamat SLTP/Sederajat": "junior",
        "Tamat SLTA/Sederajat": "senior", "Tamat PT/Akademi": "tertiary", "Tamat SMP": "junior",
        "Tidak Sekolah": "none", "Siswa SMP/sederajat": "primary", "Tamat SMP/sederajat": "junior",
    },
}  # fmt: skip
P3KE_PERSON = {
    "relation": {"Kepala Keluarga": "head", "Istri/Suami": "spouse", "Anak": "child", "Lainnya": "other"},
    "education": P3KE_FAMILY["head_education"],
    "in_school": {"Masih SLTP/Sederajat": "true", "Tamat SMP": "false", "Tidak Sekolah": "false"},
    "occupation": P3KE_FAMILY["head_occupation"],
    "working": {"Petani": "true", "Swasta": "true", "Belum/Tidak Bekerja": "false", "Pensiunan": "false"},
    "sector": {"Petani": "agriculture", "Pekerja Lepas": None, "Swasta": None, "Belum/Tidak Bekerja": None},
    "work_status": P3KE_FAMILY["head_work_status"],
    "stunting_risk": P3KE_FAMILY["stunting_risk"],
}
# Fine code, text of the fine code, meaning. `02` and `2.0` must mean `2`.
DTSEN_FAMILY = {
    "floor": [
        ("1", "Marmer/granit", "tile"), ("2", "Keramik", "tile"), ("3", "Parket/vinil/karpet", "other"),
        ("4", "Ubin/tegel/teraso", "tile"), ("5", "Kayu/papan", "wood"), ("6", "Semen/bata merah", "cement"),
        ("7", "Bambu", "bamboo"), ("8", "Tanah", "earth"), ("9", "Lainnya", "other"),
    ],
    "wall": [
        ("1", "Tembok", "brick"), ("2", "Plesteran anyaman bambu/kawat", "other"),
        ("3", "Kayu/papan/gypsum/GRC/calciboard", "wood"), ("4", "Anyaman bambu", "bamboo"),
        ("5", "Batang kayu", "wood"), ("6", "Bambu", "bamboo"), ("7", "Lainnya", "other"),
    ],
    "roof": [
        ("1", "Beton", "concrete"), ("2", "Genteng", "tile"), ("3", "Seng", "asbestos_zinc"),
        ("4", "Asbes", "asbestos_zinc"), ("5", "Bambu", "bamboo"), ("6", "Kayu/sirap", "wood"),
        ("7", "Jerami/ijuk/daun/rumbia", "thatch"), ("8", "Lainnya", "other"),
    ],
    "water": [
        ("1", "Kemasan bermerk", "packaged"), ("2", "Isi ulang", "packaged"), ("3", "Leding", "piped"),
        ("4", "Sumur bor/pompa", "borehole"), ("5", "Sumur terlindung", "protected_well"),
        ("6", "Sumur tak terlindung", "unprotected_well"), ("7", "Mata air terlindung", "protected_spring"),
        ("8", "Mata air tak terlindung", "unprotected_spring"), ("9", "Air permukaan", "surface"),
        ("10", "Air hujan", "rain"), ("11", "Lainnya", "other"),
    ],
    "lighting": [
        ("1", "PLN meteran", "pln_metered"), ("2", "PLN tanpa meteran", "pln_unmetered"), ("3", "non-PLN", "non_pln"),
        ("4", "Bukan listrik", "none"),
    ],
    "power": [
        ("0", "Tidak ada", "none"), ("1", "450", "le_900"), ("2", "900", "le_900"), ("3", "1300", "gt_900"),
        ("4", "2200", "gt_900"), ("5", ">2200", "gt_900"),
    ],
    "fuel": [
        ("0", "Tidak memasak", "none"), ("1", "Listrik", "gas_electric"),
        ("2", "Elpiji 5,5 kg/blue gaz", "gas_electric"), ("3", "Elpiji 12 kg", "gas_electric"),
        ("4", "Elpiji 3 kg", "gas_electric"), ("5", "Gas kota", "gas_electric"), ("6", "Biogas", "gas_electric"),
        ("7", "Minyak tanah", "kerosene"), ("8", "Briket", "wood_charcoal"), ("9", "Arang", "wood_charcoal"),
        ("10", "Kayu bakar", "wood_charcoal"), ("11", "Lainnya", "other"),
    ],
    "toilet": [
        ("1", "sendiri", "own"), ("2", "bersama keluarga tertentu", "shared"), ("3", "MCK komunal", "shared"),
        ("4", "MCK umum", "shared"), ("5", "ada, tidak digunakan", "none"), ("6", "tidak ada", "none"),
    ],
    "closet": [
        ("1", "Leher angsa", "gooseneck"), ("2", "Plengsengan tutup", "plengsengan"),
        ("3", "Plengsengan tanpa tutup", "plengsengan"), ("4", "Cemplung", "pit"),
    ],
    "septic": [
        ("1", "Septik", "true"), ("2", "IPAL", "true"), ("3", "Kolam/sungai/laut", "false"),
        ("4", "Lubang tanah", "false"), ("5", "Pantai/kebun", "false"), ("6", "Lainnya", "false"),
    ],
    "tenure": [
        ("1", "Milik sendiri", "own"), ("2", "Kontrak/sewa", "rent"), ("3", "Bebas sewa", "free"),
        ("4", "Dinas", "official"), ("5", "Lainnya", "other"),
    ],
}  # fmt: skip
DTSEN_PERSON = {
    "relation": [
        ("1", "KK", "head"), ("2", "Istri/suami", "spouse"), ("3", "Anak", "child"), ("4", "Menantu", "child_in_law"),
        ("5", "Cucu", "grandchild"), ("6", "Ortu/mertua", "parent"), ("7", "Pembantu/sopir", "servant"),
        ("8", "Lainnya", "other"),
    ],
    "marital": [
        ("1", "Belum", "single"), ("2", "Kawin", "married"), ("3", "Cerai hidup", "divorced"),
        ("4", "Cerai mati", "widowed"),
    ],
    "work_status": [
        ("1", "Berusaha sendiri", "own_account"), ("2", "dibantu buruh tdk tetap", "own_assisted"),
        ("3", "dibantu buruh tetap", "employer"), ("4", "Buruh/karyawan swasta", "employee"),
        ("5", "PNS/TNI/Polri/BUMN/D", "civil_servant"), ("6", "Pekerja bebas pertanian", "casual"),
        ("7", "Pekerja bebas non-pertanian", "casual"), ("8", "Pekerja keluarga", "unpaid"),
    ],
    "active": [
        ("DTSEN AKTIF", "Dtsen Aktif", "true"), ("DTSEN NONAKTIF", "DTSEN NON AKTIF", "false"),
        ("DTSEN AKTIF - ASESMEN MENINGGAL", "DTSEN AKTIF -ASESMEN MENINGGAL", "false"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "field", "text", "word"),
    [
        (kind, field, text, word)
        for kind, fields in (("family", P3KE_FAMILY), ("person", P3KE_PERSON))
        for field, words in fields.items()
        for text, word in words.items()
    ],
)
def test_p3ke_words_are_read_in_any_case(kind, field, text, word):
    for spelling in (text, text.upper(), f" {text.lower()} "):
        assert read("p3ke_2024", kind, field, spelling) == word


@pytest.mark.parametrize(
    ("kind", "field", "code", "text", "word"),
    [
        (kind, field, *row)
        for kind, fields in (("family", DTSEN_FAMILY), ("person", DTSEN_PERSON))
        for field, rows in fields.items()
        for row in rows
    ],
)
def test_dtsen_codes_are_read_padded_and_as_numbers_and_words_too(kind, field, code, text, word):
    for spelling in (code, text, text.upper(), *((f"0{code}", f"{code}.0") if code.isdigit() else ())):
        assert read("dtsen_2026", kind, field, spelling) == word


# Headers as they occur, and why a field is not read where it is not.
DTSEN_FAMILY_HEADERS = listed("""nomor_kartu_keluarga nama_kepala_keluarga jumlah_anggota_keluarga alamat kelurahan_desa
kecamatan kabupaten_kota provinsi kode_kelurahan_desa luas_lantai jenis_lantai_terluas jenis_dinding_terluas
jenis_atap_terluas status_kepemilikan_rumah fasilitas_bab jenis_kloset pembuangan_akhir_tinja sumber_air_minum_utama
sumber_penerangan_utama bahan_bakar_utama_memasak daya_terpasang aset_bergerak_sepeda_motor aset_bergerak_mobil
aset_bergerak_sepeda aset_bergerak_perahu aset_bergerak_kapal_perahu_motor aset_bergerak_smartphone
aset_bergerak_komputer_laptop_tablet aset_bergerak_tv_datar aset_bergerak_lemari_es aset_bergerak_ac
aset_bergerak_pemanas_air aset_bergerak_tabung_gas aset_bergerak_telepon_rumah aset_bergerak_emas_perhiasan
aset_tidak_bergerak_rumah_lainnya aset_tidak_bergerak_lahan_lainnya jumlah_ternak_sapi jumlah_ternak_kerbau
jumlah_ternak_kuda jumlah_ternak_kambing_domba jumlah_ternak_babi pbi_nas pbi_pemda desil_nasional""")
# The codes of the higher areas stand in the village code; the electricity customer is personal and answers no
# question; the asset summary and the score have no published meaning.
DTSEN_FAMILY_UNUSED = listed("kode_provinsi kode_kabupaten_kota kode_kecamatan id_pelanggan_pln kepemilikan_aset skor")
DTSEN_FAMILY_VARIANT = listed("""no_kk nama_anggota_keluarga kode_kelurahan_desa id_lantai_terluas luas_lantai_bangunan
id_dinding_terluas id_atap_terluas id_sumber_airminum id_sumberpenerangan id_dayapenerangan id_bb_utama id_fasilitas_bab
id_jenis_kloset id_pembuangan_tinja id_status_penguasaan_bangunan desil_nasional_keluarga lahan_tempat_lain
rumah_tempat_lain jml_sapi jml_kerbau jml_kuda jml_babi jml_kambing_domba""")
DTSEN_PERSON_HEADERS = listed("""nomor_induk_kependudukan nomor_kartu_keluarga nama jenis_kelamin tanggal_lahir
status_kawin status_hubungan_keluarga partisipasi_sekolah jenjang_tertinggi_yang_diduduki ijazah_tertinggi_yang_dimiliki
status_bekerja status_dalam_pekerjaan_utama lapangan_usaha_dari_pekerjaan_utama penyakit_kronis penglihatan pendengaran
berjalan_atau_naik_tangga menggunakan_tangan_jari mengingat_berkonsentrasi berbicara_komunikasi
belajar_kemampuan_intelektual mengurus_diri pengendalian_perilaku pbi_nas pbi_pemda status_dtsen""")
# The card's address is not where the family lives; business, nutrition and mood have no use in a definition,
# programme rule or scorecard term yet; a member's decile is the family's.
DTSEN_PERSON_UNUSED = listed("""alamat_ktp dusun_ktp rt_ktp rw_ktp kelurahan_desa_ktp kecamatan_ktp kabupaten_kota_ktp
provinsi_ktp kode_kelurahan_desa_ktp kelas_tertinggi_yang_diduduki lapangan_usaha_dari_usaha_utama kepemilikan_usaha
jumlah_usaha jumlah_pekerja_yang_dibayar_dari_usaha_utama jumlah_pekerja_yang_tidak_dibayar_dari_usaha_utama
omzet_usaha_utama id_pelanggan_pln kondisi_gizi kesedihan_depresi desil_nasional_anggota""")
P3KE_2024_FAMILY = [
    "ID Keluarga P3KE", "Dimuktakhirkan Tahun", "Provinsi", "Kabupaten/Kota", "Kecamatan", "Desa/Kelurahan",
    "Kode Kemdagri", "Desil Kesejahteraan", "Persentil", "Alamat", "Prioritas Verval", "Nama Kepala Keluarga",
    "NIK Kepala Keluarga", "Padan Dukcapil", "Jenis Kelamin Kepala Keluarga", "Tanggal Lahir Kepala Keluarga",
    "Pekerjaan Kepala Keluarga", "Status Pekerjaan Kepala Keluarga", "Pendidikan Kepala Keluarga",
    "Status Kawin Kepala Keluarga", "Kepemilikan Rumah", "Memiliki Simpanan Uang/Perhiasan/Ternak/Lainnya",
    "Jenis Atap", "Kualitas Atap", "Jenis Dinding", "Kualitas Dinding", "Jenis Lantai", "Sumber Penerangan",
    "Daya Listrik Terpasang", "Bahan Bakar Memasak", "Sumber Air Minum", "Memiliki fasilitas Buang Air Besar",
    "Resiko Stunting", "Penerima BPNT", "Penerima BPUM", "Penerima BST", "Penerima PKH", "Penerima SEMBAKO",
    "Penerima Prakerja", "Penerima KUR",
]  # fmt: skip
P3KE_2022_FAMILY = [
    "ID Keluarga", "Provinsi", "Kabupaten", "Kecamatan", "Desa", "Kode Kemendagri", "Desil Kesejahteraan", "Alamat",
    "Kepala Keluarga", "NIK", "Padan Dukcapil", "Jenis Kelamin", "Tanggal Lahir", "Pekerjaan", "Pendidikan",
    "Kepemilikan Rumah", "memiliki_simpanan uang/perhiasan/ternak/lainnya", "Jenis Atap", "Jenis Dinding",
    "Jenis Lantai", "Sumber Penerangan", "Bahan Bakar Memasak", "Sumber Air Minum",
    "Memiliki fasilitas Buang Air Besar", "Penerima BNPT",
    "Penerima BNBT", "penerima _bpnt", "Penerima BPUM", "Penerima BST", "Penerima PKH", "Penerima SEMBAKO",
    "resiko_stunting",
]  # fmt: skip
P3KE_PERSON_HEADERS = [
    "ID Keluarga", "Nama", "NIK", "Padan Dukcapil", "Jenis Kelamin", "Hubungan Dengan Kpl. Keluarga", "Tanggal Lahir",
    "Status Kawin", "Pekerjaan", "Status Pekerjaan", "Pendidikan", "Usia 2023", "Penerima BPNT", "Penerima BPUM",
    "Penerima BST", "Penerima PKH", "Penerima SEMBAKO", "Penerima Prakerja", "Penerima KUR", "Resiko Stunting",
    "Penerima PKH 2023 (HIMBARA)", "Penerima SEMBAKO 2023 (HIMBARA)", "Keluarga Penerima PKH 2023 (HIMBARA)",
    "Keluarga Penerima SEMBAKO (HIMBARA 2023)",
]  # fmt: skip
# Area, decile and address are the family's and read from its file; age classes add nothing to a birth date.
P3KE_PERSON_UNUSED = [
    "Provinsi", "Kabupaten", "Kecamatan", "Desa", "Kode Kemendagri", "Desil Kesejahteraan", "Alamat", "ID Individu",
    "Usia dibawah 7 tahun", "Usia 7-12", "Usia 13-15", "Usia 16-18", "Usia 19-21", "Usia 22-59",
    "Usia 60 tahun keatas", "Kelompok Usia 2023", "Pensasaran", "Prioritas Verval", "Dimuktakhirkan Tahun",
]  # fmt: skip


@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
@pytest.mark.parametrize(
    ("profile", "kind", "headers", "unused"),
    [
        ("dtsen_2026", "family", DTSEN_FAMILY_HEADERS, DTSEN_FAMILY_UNUSED),
        ("dtsen_2026", "family", DTSEN_FAMILY_VARIANT, ["desil_nasional_anggota"]),
        ("dtsen_2026", "person", DTSEN_PERSON_HEADERS, DTSEN_PERSON_UNUSED),
        ("p3ke_2024", "family", P3KE_2024_FAMILY, ["Kualitas Lantai", "Pensasaran"]),
        ("p3ke_2022", "family", P3KE_2022_FAMILY, ["Pensasaran"]),
        ("p3ke_2024", "person", P3KE_PERSON_HEADERS, P3KE_PERSON_UNUSED),
    ],
)
def test_every_header_of_the_field_is_read_or_left_on_purpose(profile, kind, headers, unused, case):
    found = recognise(tuple(map(case, [*headers, *unused])), list(shipped_profiles().values()))
    assert (found.profile.name, found.table.kind) == (profile, kind)
    assert set(found.unused) == set(map(case, unused))
    assert not found.close


@pytest.mark.parametrize("name", ["kd_kemdagri", "kemendagri_kode_desa", "Kode Kemendagri", "kode_kemdagri"])
def test_p3ke_village_codes_under_every_name(name):
    headers = ("ID Keluarga P3KE", name, "Desil", "jns_lantai", "sumber_air")
    found = recognise(headers, list(shipped_profiles().values()))
    assert found.columns["village_code"] == (name,)


@pytest.mark.parametrize("nik", ["NIK", "Nik", "nik"])
def test_dtsen_members_of_extracts(nik):
    found = recognise((nik, "no_kk", "nama", "id_hub_kepala_keluarga"), list(shipped_profiles().values()))
    assert (found.profile.name, found.table.kind, found.columns["nik"]) == ("dtsen_2026", "person", (nik,))


def test_a_header_with_one_more_word_is_another_header():
    headers = ("nomor_kartu_keluarga", "kode_kelurahan_desa_ktp", "desil_nasional", "jenis_lantai_terluas")
    with pytest.raises(Exception, match="kode_kelurahan_desa"):
        recognise(headers, [shipped_profiles()["dtsen_2026"]])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Ya", "true"), ("YA", "true"), ("Iya", "true"), ("Y", "true"), ("Yes", "true"), ("1", "true"),
        ("1.0", "true"), ("Ada", "true"), ("TRUE", "true"), ("Tidak", "false"), ("tdk", "false"), ("No", "false"),
        ("2", "false"), ("0", "false"), ("02", "false"), ("Tidak Ada", "false"), ("Bukan", "false"),
    ],
)  # fmt: skip
def test_yes_and_no(text, word):
    from data.mapping import YES_NO

    assert spellings(YES_NO)[value_key(text)] == word

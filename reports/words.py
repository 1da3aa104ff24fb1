"""Indonesian words for the fields, levels, faults and reasons that the layers below name in English."""

from collections.abc import Iterable

from analytics.fields import title
from analytics.model_card import Term
from analytics.overview import INDICATOR_NAMES
from data.reference import programmes

# Beside `analytics.fields`, which names what a scorecard may use.
OTHER_FIELDS = {
    "family_id": "nomor keluarga", "kk": "nomor KK", "nik": "NIK", "head_nik": "NIK kepala keluarga",
    "name": "nama", "head_name": "nama kepala keluarga", "address": "alamat", "village_code": "kode desa/kelurahan",
    "region_code": "kode wilayah", "province_name": "provinsi", "regency_name": "kabupaten/kota",
    "district_name": "kecamatan", "village_name": "desa/kelurahan", "source": "sumber", "year": "tahun",
    "decile_national": "desil nasional", "decile_province": "desil provinsi", "decile_regency": "desil kabupaten/kota",
    "percentile_recorded": "persentil tercatat", "size_recorded": "jumlah anggota tercatat",
    "updated_year": "tahun pemutakhiran", "verval_priority": "prioritas verval", "dukcapil_match": "padan Dukcapil",
    "stunting_risk": "risiko stunting", "head_birth_date": "tanggal lahir kepala keluarga",
    "relation": "hubungan dengan kepala keluarga", "sex": "jenis kelamin", "birth_date": "tanggal lahir",
    "age": "umur", "marital": "status kawin", "education": "pendidikan", "in_school": "sedang bersekolah",
    "school_level": "jenjang sekolah", "working": "bekerja", "work_status": "status pekerjaan",
    "sector": "lapangan usaha", "occupation": "pekerjaan", "disability": "disabilitas", "chronic": "sakit kronis",
    "pregnant": "hamil", "active": "anggota aktif", "programme": "program", "period": "tahun penyaluran",
    "period_from": "awal periode", "period_to": "akhir periode", "families": "jumlah keluarga",
    "persons": "jumlah jiwa", "date": "tanggal", "priority": "lokasi prioritas",
}  # fmt: skip

STATUSES = {"verified": "terverifikasi", "unverified": "belum diverifikasi"}

LEVELS = {
    "own": "milik sendiri", "rent": "kontrak atau sewa", "free": "bebas sewa", "official": "dinas", "other": "lainnya",
    "cement": "semen", "wood": "kayu", "bamboo": "bambu", "earth": "tanah",
    "brick": "tembok", "zinc": "seng", "good": "baik", "poor": "mudah lapuk", "concrete": "beton",
    "asbestos_zinc": "asbes atau seng", "thatch": "ijuk, rumbia, atau daun", "packaged": "air kemasan",
    "piped": "ledeng", "borehole": "sumur bor", "protected_well": "sumur terlindung",
    "unprotected_well": "sumur tak terlindung", "protected_spring": "mata air terlindung",
    "unprotected_spring": "mata air tak terlindung", "surface": "air permukaan", "rain": "air hujan",
    "pln_metered": "PLN bermeteran", "pln_unmetered": "PLN tanpa meteran", "non_pln": "bukan PLN",
    "none": "tidak ada", "le_900": "sampai 900 VA", "gt_900": "di atas 900 VA", "gas_electric": "gas atau listrik",
    "kerosene": "minyak tanah", "wood_charcoal": "kayu atau arang", "shared": "bersama", "gooseneck": "leher angsa",
    "plengsengan": "plengsengan", "pit": "cemplung", "male": "laki-laki", "female": "perempuan",
    "single": "belum kawin", "married": "kawin", "divorced": "cerai hidup", "widowed": "cerai mati",
    "primary": "SD", "junior": "SMP", "senior": "SMA", "tertiary": "perguruan tinggi", "own_account": "usaha sendiri",
    "own_assisted": "usaha dibantu", "employer": "majikan", "employee": "buruh atau karyawan",
    "civil_servant": "ASN, TNI, atau Polri", "casual": "pekerja bebas", "unpaid": "pekerja tak dibayar",
    "agriculture": "pertanian", "industry": "industri", "services": "jasa", "farmer": "petani", "fisher": "nelayan",
    "trader": "pedagang", "private_employee": "pegawai swasta", "entrepreneur": "wirausaha", "retired": "pensiunan",
    "not_working": "tidak bekerja",
}  # fmt: skip

# Where a word means another thing in its field than it does elsewhere.
LEVELS_OF = {
    ("floor", "tile"): "keramik atau ubin", ("roof", "tile"): "genteng", ("roof", "concrete"): "beton",
    ("head_education", "none"): "tidak tamat SD", ("best_education", "none"): "tidak tamat SD",
}  # fmt: skip

REASONS = {
    "unparsable": "baris tidak terbaca", "total_row": "baris jumlah", "no_family_id": "tanpa nomor keluarga",
    "repeated_family_id": "nomor keluarga berulang", "no_village_code": "tanpa kode desa sepuluh angka",
    "no_family": "keluarganya tidak ada dalam berkas", "no_programme": "program tidak disebut",
    "no_region_code": "tanpa kode wilayah", "no_year": "tanpa tahun", "no_value": "tanpa nilai",
    "repeated_village_code": "kode desa berulang", "repeated_person": "anggota berulang antarberkas",
}  # fmt: skip

FLAGS = {
    "code_not_in_list": "kode desa tidak ada dalam daftar wilayah", "inactive": "anggota tidak aktif",
    "no_person_row": "keluarga tanpa baris anggota", "no_active_member": "tidak ada anggota aktif",
    "no_head": "tanpa kepala keluarga", "several_heads": "kepala keluarga lebih dari satu",
    "size_mismatch": "jumlah anggota tidak sesuai", "nik_missing": "NIK kosong", "nik_excel": "NIK rusak oleh Excel",
    "nik_length": "NIK bukan 16 angka", "nik_not_numeric": "NIK memuat bukan angka",
    "nik_date": "tanggal dalam NIK mustahil", "nik_serial": "nomor urut NIK 0000",
    "nik_birth_mismatch": "NIK tidak sesuai tanggal lahir", "nik_sex_mismatch": "NIK tidak sesuai jenis kelamin",
    "nik_duplicate": "NIK ganda", "kk_length": "nomor KK bukan 16 angka",
    "kk_not_numeric": "nomor KK memuat bukan angka", "kk_equals_nik": "nomor KK sama dengan NIK",
    "recipient_not_in_list": "penerima tidak ditemukan dalam data keluarga",
    "programme_not_in_list": "program tidak dikenal", "period_unknown": "periode tidak diketahui",
    "period_reversed": "periode terbalik",
}  # fmt: skip


def field(name: str) -> str:
    """A canonical field in words; programme columns by the programme's name."""
    known = programmes()
    if name in known:
        return known[name].name
    return OTHER_FIELDS.get(name) or INDICATOR_NAMES.get(name) or title(name).replace("_", " ")


def fault(code: str) -> str:
    """A flag or quarantine reason in words, with the field where it names one (`unknown_value:floor`)."""
    kind, _, about = code.partition(":")
    if about:
        start = "nilai di luar batas" if kind == "out_of_range" else "nilai tidak dikenal"
        return f"{start}: {field(about)}"
    if kind.startswith("head_") and kind.removeprefix("head_") in FLAGS:
        return f"{FLAGS[kind.removeprefix('head_')]} (kepala keluarga)"
    return FLAGS.get(kind) or REASONS.get(kind) or kind.replace("_", " ")


def term(entry: Term) -> str:
    """A line of the scorecard in words: `Lantai: tanah`, `Sepeda motor`, `Umur kepala keluarga, dikuadratkan`."""
    name = field(entry.field)
    name = name[0].upper() + name[1:]
    if entry.kind == "level":
        level = entry.level or ""
        return f"{name}: {LEVELS_OF.get((entry.field, level)) or LEVELS.get(level, level)}"
    return {"ln": f"{name} (ln)", "square": f"{name} (kuadrat)"}.get(entry.kind, name)


def listed(counts: dict[str, int]) -> Iterable[tuple[str, int]]:
    """Faults in words with their counts, the most frequent first."""
    return sorted(((fault(code), count) for code, count in counts.items()), key=lambda pair: -pair[1])

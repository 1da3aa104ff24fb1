"""The DTSEN family and member files of the synthetic regency: pipe-delimited text, dirt included."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.demo import DemoRegion
from data.demo_homes import ASSETS, LIVESTOCK
from data.demo_people import DIFFICULTIES, STATUS_TEXT

HOME_COLUMNS = (
    "status_kepemilikan_rumah", "jenis_lantai_terluas", "luas_lantai", "jenis_dinding_terluas", "jenis_atap_terluas",
    "sumber_air_minum_utama", "sumber_penerangan_utama", "daya_terpasang", "bahan_bakar_utama_memasak",
    "fasilitas_bab", "jenis_kloset", "pembuangan_akhir_tinja", "kepemilikan_aset", *ASSETS, *LIVESTOCK,
)  # fmt: skip
PERSON_CODES = (
    "jenis_kelamin", "status_hubungan_keluarga", "status_kawin", "partisipasi_sekolah",
    "jenjang_tertinggi_yang_diduduki", "kelas_tertinggi_yang_diduduki", "ijazah_tertinggi_yang_dimiliki",
    "status_bekerja", "lapangan_usaha_dari_pekerjaan_utama", "status_dalam_pekerjaan_utama", "kepemilikan_usaha",
    "jumlah_usaha", "lapangan_usaha_dari_usaha_utama", "jumlah_pekerja_yang_dibayar_dari_usaha_utama",
    "jumlah_pekerja_yang_tidak_dibayar_dari_usaha_utama", "omzet_usaha_utama", "kondisi_gizi", "penyakit_kronis",
    *DIFFICULTIES, "kesedihan_depresi",
)  # fmt: skip
# Coarse codes that stand beside the fine ones in the field: column -> (fine codes, merged code).
MERGED = {
    "jenis_lantai_terluas": (((1, 2, 4), 10),),
    "jenis_atap_terluas": (((3, 4), 9),),
    "sumber_air_minum_utama": (((1, 2), 12),),
    "daya_terpasang": (((1, 2), 6), ((3, 4, 5), 7)),
}
_CODE_TEXT = pa.array(["", *map(str, range(1000))], pa.large_string())  # -1 is written blank
_LINES_AT_ONCE = 200_000
Columns = dict[str, pa.Array]


def write_dtsen(region: DemoRegion, folder: Path) -> dict[str, Path]:
    """Writes the files with roles dtsen_family, dtsen_person and bridge (CSV, BPS to Kemendagri codes)."""
    regency = region.villages["bps_code"].iloc[0][:4]
    paths = {
        "dtsen_family": folder / f"dtsen_{regency}_1_1.txt",
        "dtsen_person": folder / f"dtsen_{regency}_2_1.txt",
        "bridge": folder / "jembatan_kode.csv",
    }
    shown_kk = _shown_kk(region.families)
    _write(paths["dtsen_family"], _family_columns(region, shown_kk), _family_order(region.families))
    _write(paths["dtsen_person"], _person_columns(region, shown_kk))
    bridge = region.villages[["bps_code", "code", "district", "name"]].sort_values("bps_code")
    bridge.columns = pd.Index(["kode_bps", "kode_kemendagri", "kecamatan", "desa_kelurahan"])
    bridge.to_csv(paths["bridge"], index=False)
    return paths


def _text(values: Sequence[str] | pd.Series | np.ndarray) -> pa.Array:
    found = pa.array(values)
    return pc.cast(found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found, pa.large_string())


def _codes(values: pd.Series) -> pa.Array:
    return _CODE_TEXT.take(pa.array(values.to_numpy().astype(np.int16) + 1))


def _put(columns: Columns, name: str, rows: np.ndarray, values: Sequence[str] | str) -> None:
    """Overwrite the rows (a boolean mask) of a column."""
    new = [values] * int(rows.sum()) if isinstance(values, str) else list(values)
    columns[name] = pc.replace_with_mask(columns[name], pa.array(rows), pa.array(new, pa.large_string()))


def _pad(columns: Columns, names: Sequence[str], rows: np.ndarray) -> None:
    for name in names:
        _put(columns, name, rows, [code.zfill(2) if code else "" for code in _picked(columns, name, rows)])


def _picked(columns: Columns, name: str, rows: np.ndarray) -> list[str]:
    return columns[name].filter(pa.array(rows)).to_pylist()


def _spread(columns: Columns, names: Sequence[str], rows: np.ndarray, value: str) -> None:
    """Write a value into one of the columns, in turn, of the rows."""
    turn = np.cumsum(rows) % len(names)
    for place, name in enumerate(names):
        _put(columns, name, rows & (turn == place), value)


def _shown_kk(families: pd.DataFrame) -> np.ndarray:
    """KK as both files write it."""
    kk = families["family_id"].to_numpy(dtype=object)
    short = (families["dirt"] == "kk_short").to_numpy()
    kk[short] = [number[:15] for number in kk[short]]
    return kk


def _area_columns(region: DemoRegion, village: np.ndarray, suffix: str) -> Columns:
    """Codes and names of province, regency, district and village; codes BPS-style, names in capitals."""
    places, at = region.villages, pa.array(village)
    code, count = _text(places["bps_code"]).take(at), len(village)
    return {
        f"kode_provinsi{suffix}": pc.utf8_slice_codeunits(code, 0, 2),
        f"provinsi{suffix}": _text(pa.repeat(region.province.upper(), count)),
        f"kode_kabupaten_kota{suffix}": pc.utf8_slice_codeunits(code, 0, 4),
        f"kabupaten_kota{suffix}": _text(pa.repeat(region.regency.upper(), count)),
        f"kode_kecamatan{suffix}": pc.utf8_slice_codeunits(code, 0, 7),
        f"kecamatan{suffix}": _text(places["district"].str.upper()).take(at),
        f"kode_kelurahan_desa{suffix}": code,
        f"kelurahan_desa{suffix}": _text(places["name"].str.upper()).take(at),
    }


def addresses(families: pd.DataFrame) -> pa.Array:
    """`DUSUN MELATI RT 003/RW 002` per family."""
    parts = [_text(families["dusun"]), *(_codes(families[name]) for name in ("rt", "rw"))]
    return pc.binary_join_element_wise(
        pa.scalar("DUSUN ", pa.large_string()), parts[0], pa.scalar(" RT 00", pa.large_string()), parts[1],
        pa.scalar("/RW 00", pa.large_string()), parts[2], pa.scalar("", pa.large_string()),
    )  # fmt: skip


def _family_columns(region: DemoRegion, kk: np.ndarray) -> Columns:
    families = region.families
    columns = _area_columns(region, families["village"].to_numpy(), "")
    columns["alamat"] = addresses(families)
    columns["nomor_kartu_keluarga"] = _text(kk)
    columns["nama_anggota_keluarga"] = _text(region.persons["name"]).take(pa.array(families["head_row"].to_numpy()))
    columns["id_pelanggan_pln"] = _text(families["id_pelanggan_pln"])
    columns["jumlah_anggota_keluarga"] = _codes(families["size"])
    for name in ("desil_nasional", "desil_provinsi", "desil_kabupaten_kota", "pbi_nas", "pbi_pemda", *HOME_COLUMNS):
        codes = families[name]
        for fine, merged in MERGED.get(name, ()):
            codes = codes.mask(families["coarse"] & codes.isin(fine), merged)
        columns[name] = _codes(codes)

    def rows(kind: str) -> np.ndarray:
        return (families["dirt"] == kind).to_numpy()

    no_meter = (families["sumber_penerangan_utama"] != 1).to_numpy()
    _put(columns, "id_pelanggan_pln", no_meter, "")
    _pad(columns, ("jenis_lantai_terluas", "jenis_dinding_terluas", "jenis_atap_terluas"), rows("code_padded"))
    _spread(columns, ("jenis_atap_terluas", "sumber_air_minum_utama", "fasilitas_bab"), rows("kosong"), "KOSONG")
    _spread(columns, ("jenis_lantai_terluas", "luas_lantai", "bahan_bakar_utama_memasak"), rows("blank"), "")
    wrong = rows("size_mismatch")
    _put(columns, "jumlah_anggota_keluarga", wrong, [str(size + 2) for size in families["size"][wrong]])
    unknown, short = rows("village_unknown"), rows("village_short")
    codes_unknown = [code[:7] + "9" + code[8:] for code in _picked(columns, "kode_kelurahan_desa", unknown)]
    codes_short = [code[:9] for code in _picked(columns, "kode_kelurahan_desa", short)]
    _put(columns, "kode_kelurahan_desa", unknown, codes_unknown)
    _put(columns, "kode_kelurahan_desa", short, codes_short)
    _put(columns, "nomor_kartu_keluarga", rows("kk_missing"), "")
    stray = rows("stray_delimiter")
    _put(columns, "alamat", stray, [text.replace(" RT", " | RT") for text in _picked(columns, "alamat", stray)])
    return columns


def _family_order(families: pd.DataFrame) -> np.ndarray:
    """All rows; the repeated ones once more, some lines further down."""
    again = np.flatnonzero(families["dirt"] == "repeated")
    where = np.concatenate([np.arange(len(families)), again + 12.5])
    return np.concatenate([np.arange(len(families)), again])[np.argsort(where, kind="stable")]


def _person_columns(region: DemoRegion, kk: np.ndarray) -> Columns:
    persons, families = region.persons, region.families
    of = persons["family"].to_numpy()
    at = pa.array(of)
    columns: Columns = {
        "nomor_induk_kependudukan": _text(persons["nik"]),
        "nomor_kartu_keluarga": _text(kk).take(at),
        "nama": _text(persons["name"]),
        "tanggal_lahir": _text(pa.array(persons["tanggal_lahir"].to_numpy().astype("datetime64[D]"))),
    }
    columns |= {name: _codes(persons[name]) for name in (*PERSON_CODES, "pbi_nas", "pbi_pemda")}
    columns["id_pelanggan_pln"] = _text(families["id_pelanggan_pln"]).take(at)
    _put(columns, "id_pelanggan_pln", (families["sumber_penerangan_utama"] != 1).to_numpy()[of], "")
    columns["alamat_ktp"] = addresses(families).take(at)
    columns["dusun_ktp"] = _text(families["dusun"]).take(at)
    columns |= {f"{name}_ktp": _codes(families[name]).take(at) for name in ("rt", "rw")}
    columns["status_dtsen"] = pa.array(STATUS_TEXT, pa.large_string()).take(pa.array(persons["status"].to_numpy()))

    def rows(kind: str) -> np.ndarray:
        return (persons["dirt"] == kind).to_numpy()

    _pad(columns, ("status_hubungan_keluarga", "jenis_kelamin"), rows("code_padded"))
    _spread(columns, ("ijazah_tertinggi_yang_dimiliki", "status_kawin", "penyakit_kronis"), rows("kosong"), "KOSONG")
    _spread(columns, ("tanggal_lahir", "status_kawin", "penglihatan"), rows("blank"), "")
    _damage_nik(columns, persons, rows)
    unknown = rows("kk_unknown")
    numbers = [number[:12] + "9" + number[13:16] for number in families["family_id"].to_numpy()[of[unknown]]]
    _put(columns, "nomor_kartu_keluarga", unknown, numbers)
    _put(columns, "nomor_kartu_keluarga", rows("kk_missing") | (families["dirt"] == "kk_missing").to_numpy()[of], "")
    stray = rows("stray_delimiter")
    _put(columns, "alamat_ktp", stray, [text.replace(" RT", " | RT") for text in _picked(columns, "alamat_ktp", stray)])
    return columns


def _damage_nik(columns: Columns, persons: pd.DataFrame, rows) -> None:
    name = "nomor_induk_kependudukan"

    def other_sex(nik: str) -> str:
        day = int(nik[6:8])
        return f"{nik[:6]}{day - 40 if day > 40 else day + 40:02d}{nik[8:]}"

    for kind, change in {
        "nik_short": lambda nik: nik[:15],
        "nik_excel": lambda nik: f"{nik[0]}.{nik[1:6]}E+15",
        "nik_date": lambda nik: f"{nik[:8]}13{nik[10:]}",
        "nik_sex": other_sex,
    }.items():
        _put(columns, name, rows(kind), [change(nik) for nik in _picked(columns, name, rows(kind))])
    twins = rows("nik_duplicate")
    clean = persons["nik"].to_numpy()[(persons["dirt"] == "").to_numpy()]
    _put(columns, name, twins, clean[np.linspace(0, len(clean) - 1, int(twins.sum())).astype(int)])


def _write(path: Path, columns: Columns, order: np.ndarray | None = None) -> None:
    lines = pc.binary_join_element_wise(*columns.values(), pa.scalar("|", pa.large_string()))
    if order is not None:
        lines = lines.take(pa.array(order))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("|".join(columns) + "\n")
        for part in _slices(lines):
            file.write("\n".join(part.to_pylist()) + "\n")


def _slices(lines: pa.Array) -> Iterator[pa.Array]:
    for start in range(0, len(lines), _LINES_AT_ONCE):
        yield lines.slice(start, _LINES_AT_ONCE)

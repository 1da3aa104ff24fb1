"""P3KE 2024 workbooks of the synthetic regency: only the poorest 40 %, everything as text, as that file came.

Programme flags are of 2023 and older, closed programmes included; they are not today's coverage.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from data.demo import DemoRegion
from data.demo_dtsen import addresses

LAST_DECILE = 4
YEAR = 2023
SEED_STREAM = 3
EMPTY = "KOSONG"
FLAGS = ("BPNT", "BPUM", "BST", "PKH", "SEMBAKO", "Prakerja", "KUR")

SEX = {1: "Laki-laki", 2: "Perempuan"}
MARITAL = {1: "Belum Kawin", 2: "Kawin", 3: "Cerai Hidup", 4: "Cerai Mati"}
RELATION = {1: "Kepala Keluarga", 2: "Istri/Suami", 3: "Anak"}
WORK_STATUS = {
    1: "Berusaha Sendiri", 2: "Berusaha Dibantu Buruh Tidak Tetap/Buruh Tidak Dibayar",
    3: "Berusaha Dibantu Buruh Tetap/Dibayar", 4: "Buruh/Karyawan/Pegawai", 5: "Buruh/Karyawan/Pegawai",
    6: "Pekerja Bebas", 7: "Pekerja Bebas", 8: "Pekerja Keluarga/Tidak Dibayar",
}  # fmt: skip
FINISHED = ("Tidak Tamat SD/Sederajat", "Tamat SD/Sederajat", "Tamat SLTP/Sederajat", "Tamat SLTA/Sederajat",
            "Tamat PT/Akademi")  # fmt: skip
ATTENDING = ("", "Masih SD/Sederajat", "Masih SLTP/Sederajat", "Masih SLTA/Sederajat", "Masih PT/Akademi")
HOUSING: dict[str, tuple[str, dict[int, str]]] = {
    "Kepemilikan Rumah": (
        "status_kepemilikan_rumah",
        {1: "Milik Sendiri", 2: "Kontrak/Sewa", 3: "Bebas Sewa/Menumpang", 4: "Dinas", 5: "Lainnya"},
    ),
    "Jenis Atap": (
        "jenis_atap_terluas",
        {1: "Beton", 2: "Genteng", 3: "Asbes/Seng", 4: "Asbes/Seng", 5: "Bambu", 6: "Kayu/Sirap",
         7: "Jerami/Ijuk/Rumbia/Daun-daunan", 8: "Lainnya"},
    ),
    "Jenis Dinding": (
        "jenis_dinding_terluas",
        {1: "Tembok", 2: "Lainnya", 3: "Kayu/Papan", 4: "Bambu", 5: "Kayu/Papan", 6: "Bambu", 7: "Lainnya"},
    ),
    "Jenis Lantai": (
        "jenis_lantai_terluas",
        dict.fromkeys((1, 2, 4), "Keramik/Granit/Marmer/Ubin/Tegel/Teraso")
        | {3: "Lainnya", 5: "Kayu/Papan", 6: "Semen", 7: "Bambu", 8: "Tanah", 9: "Lainnya"},
    ),
    "Sumber Penerangan": (
        "sumber_penerangan_utama",
        {1: "Listrik PLN meteran", 2: "Listrik PLN non meteran", 3: "Listrik non-PLN", 4: "Bukan listrik"},
    ),
    "Daya Listrik Terpasang": (
        "daya_terpasang",
        {0: EMPTY} | dict.fromkeys((1, 2), "=< 900 watt") | dict.fromkeys((3, 4, 5), "> 900 watt"),
    ),
    "Bahan Bakar Memasak": (
        "bahan_bakar_utama_memasak",
        dict.fromkeys(range(1, 7), "Listrik/Gas")
        | {0: "Lainnya", 7: "Minyak Tanah", 8: "Arang/Kayu", 9: "Arang/Kayu", 10: "Arang/Kayu", 11: "Lainnya"},
    ),
    "Sumber Air Minum": (
        "sumber_air_minum_utama",
        {1: "Air Kemasan/Isi Ulang", 2: "Air Kemasan/Isi Ulang", 3: "Ledeng/PAM", 4: "Sumur Bor",
         5: "Sumur Terlindung", 6: "Sumur Tidak Terlindung", 7: "Lainnya", 8: "Lainnya",
         9: "Air Permukaan (Sungai, Danau, dll)", 10: "Air Hujan", 11: "Lainnya"},
    ),
    "Memiliki fasilitas Buang Air Besar": (
        "fasilitas_bab",
        {1: "Milik Sendiri", 5: "Milik Sendiri", 6: "Lainnya"} | dict.fromkeys((2, 3, 4), "Umum/Bersama"),
    ),
}  # fmt: skip


def write_p3ke(region: DemoRegion, folder: Path) -> tuple[Path, Path]:
    """Family and person workbook: title rows, a running number, a closing row JUMLAH. Persons: active, born by 2023."""
    rng = np.random.default_rng([region.seed, SEED_STREAM])
    listed = np.flatnonzero(region.families["desil_nasional"] <= LAST_DECILE)
    born = region.persons["tanggal_lahir"].dt.year <= YEAR
    inside = born & region.persons["family"].isin(listed) & (region.persons["status"] == 0)
    members = np.flatnonzero(inside)
    person = _person_texts(rng, region, members)
    area = _area_texts(region)
    flags = _flags(rng, region)

    place = pd.Series(np.arange(len(members)), index=members)[region.families["head_row"].to_numpy()[listed]]
    head = person.iloc[place.to_numpy()].reset_index(drop=True)
    by_family = pd.DataFrame({name: np.zeros(len(region.families), dtype=bool) for name in FLAGS})
    for name in FLAGS:
        by_family.loc[region.persons["family"].to_numpy()[flags[name]], name] = True
    paths = folder / "p3ke_2024_keluarga.xlsx", folder / "p3ke_2024_individu.xlsx"
    title = (
        f"DATA P3KE TAHUN 2024 {{}} - {region.regency.upper()}",
        "DATA FIKTIF UNTUK CONTOH",
        "Sumber: contoh Tepat",
        "",
    )
    _workbook(
        paths[0],
        [line.format("KELUARGA") for line in title],
        _family_table(rng, region, listed, head, area.iloc[listed].reset_index(drop=True), by_family.iloc[listed]),
    )
    of = region.persons["family"].to_numpy()[members]
    recipients = pd.DataFrame({f"Penerima {name}": _yes(flags[name][members]) for name in FLAGS})
    table = pd.concat([area.iloc[of].reset_index(drop=True), person, recipients], axis=1)
    _workbook(paths[1], [line.format("INDIVIDU") for line in title], table)
    return paths


def _yes(values: np.ndarray | pd.Series) -> np.ndarray:
    return np.where(values, "Ya", "Tidak")


def _area_texts(region: DemoRegion) -> pd.DataFrame:
    """Columns that both workbooks begin with, one row per family."""
    families, places = region.families, region.villages
    village = families["village"].to_numpy()
    return pd.DataFrame(
        {
            "ID Keluarga P3KE": families["p3ke_id"],
            "Provinsi": region.province.upper(),
            "Kabupaten/Kota": region.regency.upper(),
            "Kecamatan": places["district"].str.upper().to_numpy()[village],
            "Desa/Kelurahan": places["name"].str.upper().to_numpy()[village],
            "Kode Kemdagri": places["code"].str.replace(".", "").to_numpy()[village],
            "Desil Kesejahteraan": families["desil_nasional"].astype(str),
            "Persentil": np.ceil(100 * families["official_share"]).clip(1, 100).astype(int).astype(str),
            "Alamat": addresses(families).to_pylist(),
        }
    )


def _person_texts(rng: np.random.Generator, region: DemoRegion, members: np.ndarray) -> pd.DataFrame:
    persons = region.persons.iloc[members].reset_index(drop=True)
    age = np.maximum(persons["age"].to_numpy() - (region.date.year - YEAR), 0)
    matched = rng.choice(["PADAN", "TIDAK PADAN", EMPTY], len(persons), p=[0.955, 0.035, 0.01])
    # schooling as it stood three years before the register
    stage = np.searchsorted([6, 13, 16, 19], age, side="right") * (persons["school_stage"].to_numpy() > 0)
    level = np.minimum(persons["level"], np.searchsorted([12, 15, 18, 22], age, side="right"))
    never = (age < 6) | (persons["partisipasi_sekolah"] == 1).to_numpy()
    schooling = np.where(stage > 0, np.array(ATTENDING, dtype=object)[stage], np.array(FINISHED, dtype=object)[level])
    working = (age >= 15) & (persons["status_bekerja"] == 1).to_numpy()
    work_status = persons["status_dalam_pekerjaan_utama"].map(WORK_STATUS).to_numpy()
    groups = np.array(["<5", "6-12", "13-15", "16-18", "19-59", "60+"])
    return pd.DataFrame(
        {
            "Prioritas Verval": np.where(rng.random(len(persons)) < 0.01, "NIK DUPLIKAT", "NORMAL"),
            "ID Individu": [f"9902{number:09d}" for number in members],
            "Nama": persons["name"],
            "NIK": persons["nik"].mask(matched == EMPTY, EMPTY),
            "Padan Dukcapil": matched,
            "Jenis Kelamin": persons["jenis_kelamin"].map(SEX),
            "Hubungan dengan Kepala Keluarga": persons["status_hubungan_keluarga"].map(RELATION).fillna("Lainnya"),
            "Tanggal Lahir": persons["tanggal_lahir"].dt.strftime("%Y-%m-%d"),
            "Status Kawin": persons["status_kawin"].map(MARITAL),
            "Pekerjaan": np.where(working, _occupation(persons), "Tidak/Belum Bekerja"),
            "Status Pekerjaan": np.where(working, work_status, EMPTY),
            "Pendidikan": np.where(never, "Tidak/Belum Sekolah", schooling),
            "Usia 2023": age.astype(str),
            "Kelompok Usia 2023": groups[np.searchsorted([6, 13, 16, 19, 60], age, side="right")],
        }
    )


def _occupation(persons: pd.DataFrame) -> np.ndarray:
    """What working people do."""
    sector, business = persons["sector"], persons["lapangan_usaha_dari_pekerjaan_utama"]
    status = persons["status_dalam_pekerjaan_utama"]
    return np.select(
        [business == 4, sector == 0, status == 5, status == 4, status.isin([6, 7]), business == 12],
        ["Nelayan", "Petani", "PNS/TNI/Polri", "Pegawai Swasta", "Pekerja Lepas", "Pedagang"],
        "Wiraswasta",
    )


def _flags(rng: np.random.Generator, region: DemoRegion) -> dict[str, np.ndarray]:
    """One boolean per person and programme; a family's programme stands with its head."""
    persons, enrolments = region.persons, region.enrolments
    old = enrolments[enrolments["period_from"].dt.year <= YEAR]
    head = region.families["head_row"].to_numpy()
    out = {name: np.zeros(len(persons), dtype=bool) for name in FLAGS}
    for name in ("PKH", "SEMBAKO"):
        out[name][head[old.loc[old["programme"] == name, "family"]]] = True
    holders = head[rng.random(len(head)) < 0.12]
    out["BST"][holders[~out["PKH"][holders]]] = True
    out["BPNT"] = out["SEMBAKO"] & (rng.random(len(persons)) < 0.7)
    owner = (persons["kepemilikan_usaha"] == 1).to_numpy()
    out["BPUM"] = owner & (rng.random(len(persons)) < 0.06)
    out["KUR"] = owner & (rng.random(len(persons)) < 0.02)
    out["Prakerja"] = persons["age"].between(21, 45).to_numpy() & (rng.random(len(persons)) < 0.015)
    return out


def _family_table(
    rng: np.random.Generator,
    region: DemoRegion,
    listed: np.ndarray,
    head: pd.DataFrame,
    area: pd.DataFrame,
    flags: pd.DataFrame,
) -> pd.DataFrame:
    families = region.families.iloc[listed].reset_index(drop=True)
    count = len(families)
    priority = rng.choice(["NORMAL", "KELUARGA DUPLIKAT (NIK & NAMA)"], count, p=[0.992, 0.008])
    suffixed = ("Jenis Kelamin", "Tanggal Lahir", "Pekerjaan", "Status Pekerjaan", "Pendidikan", "Status Kawin")
    start = list(area.columns)
    table = area[start[:1]].copy()
    table["Dimuktakhirkan Tahun"] = rng.choice(["2021", "2022", "2023"], count, p=[0.15, 0.2, 0.65])
    table[start[1:]] = area[start[1:]]
    table["Prioritas Verval"] = np.where(head["NIK"] == EMPTY, "KELUARGA NIK KOSONG", priority)
    table["Nama Kepala Keluarga"], table["NIK Kepala Keluarga"] = head["Nama"], head["NIK"]
    table["Padan Dukcapil"] = head["Padan Dukcapil"]
    for name in suffixed:
        table[f"{name} Kepala Keluarga"] = head[name]
    saves = (
        (families["aset_bergerak_emas_perhiasan"] == 1)
        | (families["jumlah_ternak_sapi"] > 0)
        | (rng.random(count) < 0.08)
    )
    home = {name: families[column].map(words) for name, (column, words) in HOUSING.items()}
    table["Kepemilikan Rumah"] = home.pop("Kepemilikan Rumah")
    table["Memiliki Simpanan Uang/Perhiasan/Ternak/Lainnya"] = _or_empty(rng, _yes(saves), 0.01)
    bad = {"Jenis Atap": {5, 7}, "Jenis Dinding": {4, 6}, "Jenis Lantai": {7, 8}}
    for name, words in home.items():
        table[name] = _or_empty(rng, words.to_numpy(dtype=object), 0.008)
        if name in bad:
            poor = families[HOUSING[name][0]].isin(bad[name]) | (rng.random(count) < 0.25)
            quality = np.where(poor, "Jelek/Kualitas Rendah", "Bagus/Kualitas Tinggi")
            table[name.replace("Jenis", "Kualitas")] = _or_empty(rng, quality, 0.01)
    unsafe = (families["fasilitas_bab"] != 1) | families["sumber_air_minum_utama"].isin([6, 8, 9])
    risk = np.where(unsafe | (rng.random(count) < 0.25), "Beresiko Stunting", "Tidak Beresiko Stunting")
    table["Resiko Stunting"] = np.where(families["under_seven"] > 0, risk, "Bukan Target Sasaran")
    for name in FLAGS:
        table[f"Penerima {name}"] = _yes(flags[name].to_numpy())
    return table


def _or_empty(rng: np.random.Generator, words: np.ndarray, share: float) -> np.ndarray:
    return np.where(rng.random(len(words)) < share, EMPTY, words.astype(object))


def _workbook(path: Path, titles: Sequence[str], table: pd.DataFrame) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2024, 2, 26)})  # else the bytes differ from run to run
        sheet = book.add_worksheet("DATA")
        for row, title in enumerate(titles):
            sheet.write_string(row, 0, title)
        first = len(titles)
        sheet.write_row(first, 0, ["No", *table.columns])
        rows = zip(*(table[name].tolist() for name in table.columns), strict=True)
        for number, texts in enumerate(rows, 1):
            sheet.write_number(first + number, 0, number)
            for column, text in enumerate(texts, 1):
                sheet.write_string(first + number, column, text)
        sheet.write_string(first + len(table) + 1, 0, "JUMLAH")
        sheet.write_number(first + len(table) + 1, 1, len(table))

# ruff: noqa: E501 (rows of a table, and SQL, one to a line)
"""Synthetic P3KE files of any number of families, and a province of invented polygons, for `cli.py bench`.

Made by DuckDB from hashes of the row number, so a million families take seconds and every run gets the same bytes.
People are invented (NIK and ids begin with 9901); the villages are those of one province of the code list.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from data.codes import sql_text as quote
from data.store import Store

PROVINCE = "33"  # 8,563 villages in 35 regencies: about as many as the largest provinces have
PERSONS_PER_FAMILY = 3.5
SIZES = (1, 2, 3, 3, 4, 4, 5, 6)  # mean 3.5
CORNERS = 11  # between two meeting points of borders: a regency's map then holds what an import leaves of one
CELL = 0.018  # degrees: about 4 km² a village
PART = 2_000_000  # families of one file: a file may have 2 GB
STRIP = 8  # villages across a strip, so that neighbours in the code list are neighbours on the map

# Worst first: a poorer family gets earlier words, with some chance.
_HOUSING = {
    "Kepemilikan Rumah": ("Lainnya", "Bebas Sewa/Menumpang", "Kontrak/Sewa", "Dinas", "Milik Sendiri"),
    "Memiliki Simpanan Uang/Perhiasan/Ternak/Lainnya": ("Tidak", "Tidak", "Ya"),
    "Jenis Atap": ("Jerami/Ijuk/Rumbia/Daun-daunan", "Bambu", "Kayu/Sirap", "Asbes/Seng", "Genteng", "Beton"),
    "Kualitas Atap": ("Jelek/Kualitas Rendah", "Bagus/Kualitas Tinggi"),
    "Jenis Dinding": ("Lainnya", "Bambu", "Kayu/Papan", "Tembok", "Tembok"),
    "Kualitas Dinding": ("Jelek/Kualitas Rendah", "Bagus/Kualitas Tinggi"),
    "Jenis Lantai": ("Tanah", "Bambu", "Kayu/Papan", "Semen", "Keramik/Granit/Marmer/Ubin/Tegel/Teraso"),
    "Kualitas Lantai": ("Jelek/Kualitas Rendah", "Bagus/Kualitas Tinggi"),
    "Sumber Penerangan": ("Bukan listrik", "Listrik non-PLN", "Listrik PLN non meteran", "Listrik PLN meteran"),
    "Daya Listrik Terpasang": ("KOSONG", "=< 900 watt", "=< 900 watt", "> 900 watt"),
    "Bahan Bakar Memasak": ("Arang/Kayu", "Minyak Tanah", "Listrik/Gas"),
    "Sumber Air Minum": (
        "Air Permukaan (Sungai, Danau, dll)", "Air Hujan", "Sumur Tidak Terlindung", "Sumur Terlindung", "Sumur Bor",
        "Ledeng/PAM", "Air Kemasan/Isi Ulang",
    ),
    "Memiliki fasilitas Buang Air Besar": ("Lainnya", "Umum/Bersama", "Milik Sendiri"),
    "Resiko Stunting": ("Beresiko Stunting", "Tidak Beresiko Stunting", "Bukan Target Sasaran"),
}  # fmt: skip
_EDUCATION = (
    "Tidak/Belum Sekolah", "Tidak Tamat SD/Sederajat", "Tamat SD/Sederajat", "Tamat SLTP/Sederajat",
    "Tamat SLTA/Sederajat", "Tamat PT/Akademi",
)  # fmt: skip
_OCCUPATION = ("Tidak/Belum Bekerja", "Pekerja Lepas", "Petani", "Nelayan", "Wiraswasta", "Pedagang", "Pegawai Swasta")
_WORK_STATUS = ("Pekerja Bebas", "Berusaha Sendiri", "Buruh/Karyawan/Pegawai")
_PROGRAMMES = ("BPNT", "BPUM", "BST", "PKH", "SEMBAKO", "Prakerja", "KUR")


def write_p3ke_csv(folder: Path, villages: pd.DataFrame, families: int) -> None:
    """`keluarga*.csv` (families rows) and `individu*.csv` (3.5 times as many), each of at most PART families; villages:
    code, village, district, regency, province. About one row in a hundred has a fault: no NIK, a NIK twice, a village
    code that is none."""
    numbers = range(-(-families // PART))
    with Store(folder / "maker" / "tepat.duckdb") as store:
        cursor = store.cursor()
        places = villages.assign(place=np.arange(len(villages)))
        cursor.register("place", places)
        cursor.execute(f"CREATE TEMP TABLE made AS {_families_sql(families, len(places))}")
        for number in numbers:
            cursor.execute(f"CREATE OR REPLACE TEMP VIEW part AS SELECT * FROM made WHERE no // {PART} = {number}")
            for kind, table in (("keluarga", _family_table()), ("individu", _person_table())):
                path = folder / f"{kind}{number}.csv"
                staged = store.staging / path.name  # DuckDB writes nowhere else
                cursor.execute(f"COPY ({table}) TO {quote(str(staged))} (HEADER, DELIMITER ',')")
                staged.replace(path)


def _luck(salt: str, row: str = "no") -> str:
    """SQL: a number from 0 up to 1, always the same for a row and a salt."""
    return f"(hash({row} * 31 + {sum(ord(sign) * 7**place for place, sign in enumerate(salt)) % 2**40}) / 18446744073709551616.0)"


def _pick(words: tuple[str, ...], share: str) -> str:
    texts = ", ".join(quote(word) for word in words)
    return f"list_extract([{texts}], 1 + CAST(floor({share} * {len(words)} * 0.999999) AS INTEGER))"


def _by_wealth(words: tuple[str, ...], salt: str, row: str = "no") -> str:
    return _pick(words, f"(0.6 * wealth + 0.4 * {_luck(salt, row)})")


def _families_sql(families: int, villages: int) -> str:
    sizes = ", ".join(map(str, SIZES))
    return (
        f"SELECT no, no * {villages} // {families} AS place, {_luck('wealth')} AS wealth, "
        f"list_extract([{sizes}], 1 + CAST(hash(no * 31 + 5) % {len(SIZES)} AS INTEGER)) AS size, "
        f"(1940 + hash(no + 77) % 60)::INTEGER AS born, hash(no + 78) % 5 = 0 AS woman FROM range({families}) AS r(no)"
    )


def _nik(row: str, born: str, woman: str) -> str:
    """9901, two digits, the date of birth as a NIK has it, a serial number."""
    month, day = f"(1 + ({row}) % 12)", f"(1 + ({row}) % 28)"
    return (
        f"'9901' || lpad((({row}) // 9999 % 100)::VARCHAR, 2, '0') || lpad(({day} + CASE WHEN {woman} THEN 40 ELSE 0 END)::VARCHAR, 2, '0') "
        f"|| lpad({month}::VARCHAR, 2, '0') || lpad((({born}) % 100)::VARCHAR, 2, '0') "
        f"|| lpad((1 + ({row}) % 9999)::VARCHAR, 4, '0')"
    )


def _birth(row: str, born: str) -> str:
    return f"({born})::VARCHAR || '-' || lpad((1 + ({row}) % 12)::VARCHAR, 2, '0') || '-' || lpad((1 + ({row}) % 28)::VARCHAR, 2, '0')"


def _recipients() -> str:
    return ", ".join(
        f"""CASE WHEN {_luck("program " + name)} < 0.3 - 0.3 * wealth THEN 'Ya' ELSE 'Tidak' END AS "Penerima {name}" """
        for name in _PROGRAMMES
    )


def _person_words(row: str, born: str, woman: str, suffix: str) -> str:
    fields = {
        "Jenis Kelamin": f"CASE WHEN {woman} THEN 'Perempuan' ELSE 'Laki-laki' END",
        "Tanggal Lahir": _birth(row, born),
        "Status Kawin": f"CASE WHEN {born} > 2003 THEN 'Belum Kawin' ELSE {_pick(('Kawin', 'Cerai Hidup', 'Cerai Mati', 'Belum Kawin'), _luck('kawin', row))} END",
        "Pekerjaan": f"CASE WHEN {born} > 2008 THEN 'Tidak/Belum Bekerja' ELSE {_by_wealth(_OCCUPATION, 'kerja', row)} END",
        "Status Pekerjaan": _pick(_WORK_STATUS, _luck("status", row)),
        "Pendidikan": _by_wealth(_EDUCATION, "sekolah", row),
    }
    return ", ".join(f'{sql} AS "{name}{suffix}"' for name, sql in fields.items())


def _family_table() -> str:
    housing = ", ".join(f'{_by_wealth(words, name)} AS "{name}"' for name, words in _HOUSING.items())
    code = f"CASE WHEN {_luck('kode')} < 0.0005 THEN '' ELSE replace(p.code, '.', '') END"
    nik = f"CASE WHEN {_luck('nik')} < 0.01 THEN 'KOSONG' ELSE {_nik('no', 'born', 'woman')} END"
    return f"""
        SELECT no + 1 AS "No", '9901' || lpad(no::VARCHAR, 12, '0') AS "ID Keluarga P3KE",
            (2021 + hash(no) % 3)::VARCHAR AS "Dimuktakhirkan Tahun", p.province AS "Provinsi",
            p.regency AS "Kabupaten/Kota", p.district AS "Kecamatan", p.village AS "Desa/Kelurahan",
            {code} AS "Kode Kemdagri",
            least(4, 1 + CAST(floor(wealth * 4) AS INTEGER)) AS "Desil Kesejahteraan",
            least(40, 1 + CAST(floor(wealth * 40) AS INTEGER)) AS "Persentil",
            'Dusun ' || (no % 9 + 1) || ' RT ' || (no % 13 + 1) AS "Alamat", 'NORMAL' AS "Prioritas Verval",
            'Kepala Rekaan ' || no AS "Nama Kepala Keluarga", {nik} AS "NIK Kepala Keluarga",
            CASE WHEN {_luck("padan")} < 0.04 THEN 'TIDAK PADAN' ELSE 'PADAN' END AS "Padan Dukcapil",
            {_person_words("no", "born", "woman", " Kepala Keluarga")}, {housing}, {_recipients()}
        FROM part JOIN place AS p USING (place) ORDER BY no
    """


def _person_table() -> str:
    row = "(no * 8 + member)"
    born = f"CASE WHEN member = 0 THEN born WHEN member = 1 THEN least(1999, born + 3) ELSE 1985 + CAST(hash({row}) % 39 AS INTEGER) END"
    nik = f"CASE WHEN {_luck('nik', row)} < 0.01 THEN 'KOSONG' WHEN {_luck('kembar', row)} < 0.002 THEN '9901010101900001' ELSE {_nik(row, 'years', 'female')} END"
    return f"""
        WITH member AS (
            SELECT no, wealth, member, {row} AS person, {born} AS years,
                CASE WHEN member = 0 THEN woman WHEN member = 1 THEN NOT woman ELSE hash({row}) % 2 = 0 END AS female
            FROM (SELECT *, unnest(range(size)) AS member FROM part)
        )
        SELECT '9901' || lpad(no::VARCHAR, 12, '0') AS "ID Keluarga P3KE", '9901' || lpad(person::VARCHAR, 9, '0') AS "ID Individu",
            'Anggota Rekaan ' || person AS "Nama", {nik.replace(row, "person")} AS "NIK", 'PADAN' AS "Padan Dukcapil",
            CASE member WHEN 0 THEN 'Kepala Keluarga' WHEN 1 THEN 'Istri/Suami' ELSE 'Anak' END
                AS "Hubungan dengan Kepala Keluarga",
            {_person_words("person", "years", "female", "")}, (2023 - years)::VARCHAR AS "Usia 2023"
        FROM member ORDER BY person
    """


def province_polygons(codes: list[str]) -> "np.ndarray":
    """One polygon per village code, a clean coverage: a crooked grid whose shared borders are drawn once."""
    rng = np.random.default_rng(1)
    rows = -(-len(codes) // STRIP)
    side = int(np.ceil(np.sqrt(rows / STRIP)))  # strips beside each other
    high = -(-rows // side)
    wide = side * STRIP
    x, y = np.meshgrid(np.arange(wide + 1.0), np.arange(high + 1.0))
    nodes = np.stack([x, y], axis=-1) + rng.uniform(-0.2, 0.2, (high + 1, wide + 1, 2))
    flat = _borders(rng, nodes[:, :-1], nodes[:, 1:])
    upright = _borders(rng, nodes[:-1], nodes[1:])
    shapes = []
    for place in range(len(codes)):
        strip, inside = divmod(place, high * STRIP)
        row, column = divmod(inside, STRIP)
        column += strip * STRIP
        ring = [flat[row, column], upright[row, column + 1], flat[row + 1, column][::-1], upright[row, column][::-1]]
        corners = np.concatenate([side[:-1] for side in ring])
        shapes.append(shapely.polygons(np.round(np.array([109.0, -8.2]) + CELL * corners, 5)))
    return np.array(shapes)


def _borders(rng: np.random.Generator, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Lines from start to end (… x 2) with CORNERS corners between them, wandering a little."""
    along = np.linspace(0, 1, CORNERS + 2)[:, None]
    line = start[..., None, :] + along * (end - start)[..., None, :]
    wander = rng.uniform(-0.03, 0.03, line.shape)
    wander[..., [0, -1], :] = 0
    return line + wander

"""A small office: hand-written files as they arrive, and an empty store."""

from pathlib import Path

import pytest

from data.store import Store

FAMILY_HEADERS = (
    "nomor_kartu_keluarga|nama_kepala_keluarga|alamat|kabupaten_kota|kecamatan|kelurahan_desa|kode_kelurahan_desa|"
    "jumlah_anggota_keluarga|desil_nasional|jenis_lantai_terluas|luas_lantai|aset_bergerak_mobil|pbi_nas"
)
PERSON_HEADERS = (
    "nomor_induk_kependudukan|nomor_kartu_keluarga|nama|jenis_kelamin|tanggal_lahir|status_hubungan_keluarga|"
    "status_dtsen|pbi_nas|ijazah_tertinggi_yang_dimiliki|penglihatan|pendengaran"
)


def family_line(kk: str, code: str = "19.71.01.1004", **changes: str) -> str:
    """One DTSEN family row; village Semabung Lama unless told otherwise."""
    row = {
        "kk": kk, "head": "Contoh", "address": "Dusun Satu", "regency": "Kota Pangkal Pinang",
        "district": "Bukit Intan", "village": "Semabung Lama", "code": code, "size": "1", "decile": "1",
        "floor": "8", "area": "20", "car": "2", "pbi": "2",
    }  # fmt: skip
    return "|".join((row | changes).values())


def person_line(nik: str, kk: str, **changes: str) -> str:
    """One DTSEN member row: a man born in 1980, head of the family."""
    row = {
        "nik": nik, "kk": kk, "name": "Contoh", "sex": "1", "born": "1980-01-01", "relation": "1",
        "status": "DTSEN AKTIF", "pbi": "2", "certificate": "3", "sight": "1", "hearing": "1",
    }  # fmt: skip
    return "|".join((row | changes).values())


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "db" / "tepat.duckdb") as opened:
        yield opened


@pytest.fixture
def office(tmp_path):
    """Writes an office's files: `office.families([...])`, `office.persons([...])`, `office.file(name, text)`."""

    class Office:
        def file(self, name: str, text: str, encoding: str = "utf-8") -> Path:
            path = tmp_path / name
            path.write_text(text, encoding=encoding)
            return path

        def families(self, lines: list[str], name: str = "keluarga_1_1.txt") -> Path:
            return self.file(name, "\n".join([FAMILY_HEADERS, *lines]) + "\n")

        def persons(self, lines: list[str], name: str = "anggota_2_1.txt") -> Path:
            return self.file(name, "\n".join([PERSON_HEADERS, *lines]) + "\n")

        family = staticmethod(family_line)
        person = staticmethod(person_line)

    return Office()

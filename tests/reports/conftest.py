"""A village of four invented families, and a provenance that never changes."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.scope import Scope
from data.store import Store
from reports.provenance import Provenance

VILLAGE = "99.01.01.2001"
OTHER = "99.01.01.2002"


def _insert(store: Store, table: str, rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns})
    with store.transaction() as cursor:
        cursor.register("incoming", frame)
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM incoming")
        cursor.unregister("incoming")


@pytest.fixture
def insert():
    return _insert


@pytest.fixture
def scope() -> Scope:
    return Scope("s1", region="99.01", cut=1)


@pytest.fixture
def source() -> Provenance:
    return Provenance(
        region="Contoh (99.01)",
        definition="Miskin ekstrem menurut peringkat tercatat.",
        unit="keluarga",
        snapshot="Data uji",
        source_date=date(2026, 1, 1),
        data_hash="d" * 64,
        params_hash=None,
        made_at=datetime(2026, 5, 3, 14, 5, tzinfo=UTC),
        version="0",
    )


@pytest.fixture
def store(tmp_path: Path):
    key = {"snapshot_id": "s1"}
    with Store(tmp_path / "t.duckdb") as opened:
        _insert(opened, "snapshot", [key | {
            "label": "P3KE 2024", "source": "p3ke_2024", "source_date": date(2024, 12, 31),
            "imported_at": datetime(2026, 2, 1), "unit": "family", "frame": "full", "rank_area": "national",
            "code_system": "kemendagri", "data_hash": "abc123",
        }])  # fmt: skip
        _insert(opened, "region", [
            {"code": "99.01", "level": "regency", "name": "Contoh", "parent": "99", "list": "uji"},
            {"code": VILLAGE, "level": "village", "name": "Sukamaju", "parent": "99.01.01", "list": "uji"},
        ])  # fmt: skip
        family = key | {"village_known": True, "village_code": VILLAGE}
        _insert(opened, "family", [
            family | {"family_no": 1, "line_no": 2, "pseudonym": "AAAA", "decile_recorded": 3, "size": 4,
                      "floor": "earth", "toilet": "none", "dukcapil_match": True, "verval_priority": "NORMAL"},
            family | {"family_no": 2, "line_no": 3, "pseudonym": "BBBB", "decile_recorded": 1, "size": None,
                      "percentile_recorded": 7, "car": True, "gold": False, "dukcapil_match": False},
            family | {"family_no": 3, "line_no": 4, "pseudonym": "CCCC", "decile_recorded": None, "size": 2,
                      "floor": "earth", "car": True, "verval_priority": "KELUARGA NIK KOSONG"},
            family | {"family_no": 4, "line_no": 5, "pseudonym": "DDDD", "decile_recorded": 1, "size": 5,
                      "village_code": OTHER},
        ])  # fmt: skip
        identity = key | {"kk": "9901010101010009"}
        _insert(opened, "family_identity", [
            identity | {"family_no": 1, "family_id": "F-1", "head_nik": "9901011708870001",
                        "head_name": "=Siti Rahayu", "address": "=Jl. Melati 5, RT 01"},
            identity | {"family_no": 2, "family_id": "F-2", "head_nik": "9901011708870002",
                        "head_name": "Budi Santoso", "address": "Jl. Kenanga, NIK 9901011708870002"},
            identity | {"family_no": 3, "family_id": "F-3"},
            identity | {"family_no": 4, "family_id": "F-4", "head_nik": "9901011708870004",
                        "head_name": "Tono Wijaya", "address": "Jl. Mawar"},
        ])  # fmt: skip
        _insert(opened, "person", [
            key | {"person_no": n, "family_no": family, "line_no": n, "active": True}
            for n, family in ((1, 1), (2, 1), (3, 2))
        ])  # fmt: skip
        _insert(opened, "flag", [
            key | {"kind": "family", "row_no": 1, "line_no": 2, "flag": "size_mismatch"},
            key | {"kind": "person", "row_no": 1, "line_no": 1, "flag": "nik_length"},
            key | {"kind": "person", "row_no": 2, "line_no": 2, "flag": "nik_length"},
            key | {"kind": "recipients", "row_no": 2, "line_no": 2, "flag": "period_unknown"},
        ])  # fmt: skip
        _insert(opened, "quarantine", [
            key | {"file_no": 1, "path": "/rumah/kantor/anggota.csv", "kind": "person", "line_no": 7,
                   "reason": "no_family", "detail": "Siti Rahayu"},
        ])  # fmt: skip
        yield opened

from dataclasses import replace

import pytest

from data.errors import Refused
from reports.provenance import provenance, region_name


def test_what_a_figure_is_about(store, scope):
    source = provenance(store, scope)
    assert source.scope_line == "Contoh (99.01) · P3KE 2024, data per 31 Desember 2024 · satuan keluarga"
    lines = dict(source.lines())
    assert "desil 1 " in lines["Definisi"]
    assert lines["Sidik data (SHA-256)"] == "abc123"
    assert lines["Sidik parameter (SHA-256)"] == "belum dihitung"


def test_the_hash_of_the_run(store, scope, insert):
    insert(store, "run", [
        {"snapshot_id": "s1", "params_hash": "p1", "data_hash": "abc123", "finished_at": "2026-01-01", "seconds": 1.0}
    ])  # fmt: skip
    assert provenance(store, scope).params_hash == "p1"


def test_names_of_regions(store):
    assert region_name(store, "") == "Seluruh wilayah dalam data"
    assert region_name(store, "99.77") == "99.77"


def test_unknown_data_is_refused(store, scope):
    with pytest.raises(Refused) as refused:
        provenance(store, replace(scope, snapshot_id="lain"))
    assert refused.value.code == "snapshot_unknown"

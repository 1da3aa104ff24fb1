"""What leaves of gaps, needs and inventory: small cells hidden, costs no way round them, the template comes back."""

from datetime import date

import pandas as pd
import pytest

from analytics.gaps import gaps
from analytics.inventory import entries
from analytics.needs import family_needs
from analytics.scope import Scope
from data.load_inventory import import_inventory, save_inventory
from data.regions import ensure_regions
from reports.gap_figures import gap_bars, needs_bars
from reports.gap_tables import gap_export, inventory_template, needs_export
from reports.provenance import provenance
from tests.analytics.conftest import build, store

__all__ = ["build", "store"]
ON = date(2026, 3, 1)


def sheet(path, content: bytes) -> pd.DataFrame:
    path.write_bytes(content)
    return pd.read_excel(path, header=3, engine="calamine")


def test_expected_numbers_of_a_few_families_do_not_tell_what_they_are(store, build, tmp_path):
    """Three families of seven, each nearly certainly below the line: nobody learns how large they are."""
    build(
        store, families=[{"decile_recorded": 1, "score": 1.0, "size": 7}] * 3,
        enrolments=[{"family_no": 1, "programme": "SEMBAKO"}], card={},
    )  # fmt: skip
    scope = Scope("s1", definition="pmt_line", line="contoh_2026_09", unit="persons")
    found = gaps(store, scope, ON)
    assert found.extreme == pytest.approx(21, abs=0.1)
    table = sheet(tmp_path / "g.xlsx", gap_export(found, provenance(store, scope)))
    assert not (table[[column for column in table if "(jiwa)" in column]] > 0).any(axis=None)


def test_a_small_gap_is_hidden_and_its_cost_with_it(store, build, tmp_path):
    """Sembako: 23 of 30 reached, gap 7 (leaves as 5); PBI-JKN: 27 of 30, gap 3 (hidden)."""
    build(
        store,
        families=[{"decile_recorded": 1, "size": 1}] * 30,
        enrolments=[{"family_no": n, "programme": "SEMBAKO"} for n in range(1, 24)]
        + [{"family_no": n, "programme": "PBI-JKN"} for n in range(1, 28)],
    )
    scope = Scope("s1")
    found = gaps(store, scope, ON)
    assert found.rows.set_index("programme").loc["SEMBAKO", "cost"] == 7 * 2_400_000
    table = sheet(tmp_path / "g.xlsx", gap_export(found, provenance(store, scope))).set_index("Program")
    assert table.loc["SEMBAKO", ["Sasaran (keluarga)", "Celah (keluarga)"]].tolist() == [30, 5]
    assert table.loc["SEMBAKO", "Biaya menutup celah setahun (rupiah)"] == 5 * 2_400_000
    assert pd.isna(table.loc["PBI-JKN", "Celah (keluarga)"])
    assert pd.isna(table.loc["PBI-JKN", "Biaya menutup celah setahun (rupiah)"])
    assert table.loc["SEMBAKO", "Status biaya"] == "belum diverifikasi"


def test_needs_leave_counted_in_families_and_hidden_where_few(store, build, tmp_path):
    build(store, families=[{"decile_recorded": 1, "size": 3, "floor": "earth"}] * 3
          + [{"decile_recorded": 1, "size": 3, "floor": "tile"}] * 12)  # fmt: skip
    scope = Scope("s1")
    table = sheet(tmp_path / "n.xlsx", needs_export(family_needs(store, scope), provenance(store, scope)))
    row = table.set_index("Kunci").loc["dirt_floor"]
    assert pd.isna(row["Membutuhkan"])
    assert row["Tidak"] == 10
    with pytest.raises(ValueError, match="families"):
        needs_export(family_needs(store, Scope("s1", unit="persons")), provenance(store, scope))


def test_the_template_comes_back_as_it_went(store, build, tmp_path):
    build(store, families=[{"decile_recorded": 1, "size": 3}])
    ensure_regions(store)
    save_inventory(store, pd.DataFrame([
        {"title": "=HYPERLINK(\"x\")", "provider": "CSR", "region_code": "99.01", "quota": 12, "unit": "Jiwa"},
        {"title": "Rehab rumah", "programme": "BSPS", "year": 2027, "provider": "Provinsi", "fund": "APBD provinsi",
         "office": "Dinas Perumahan", "quota": 20, "unit": "Keluarga", "budget": 400_000_000,
         "region_code": "99.01.01", "relation": "Pelengkap", "central_programme": "SEMBAKO"},
    ]))  # fmt: skip
    before = entries(store).drop(columns="source")
    path = tmp_path / "t.xlsx"
    path.write_bytes(inventory_template(entries(store), provenance(store, Scope("s1"))))
    report = import_inventory(store, path)
    assert (report.rows_read, report.accepted, report.rejected) == (2, 2, ())
    pd.testing.assert_frame_equal(entries(store).drop(columns="source"), before)


def test_pictures_stack_what_is_reached_and_left_and_leave_out_what_nobody_knows(store, build):
    build(store, families=[{"decile_recorded": 1, "size": 3, "toilet": "none"}] * 4,
          enrolments=[{"programme": "SEMBAKO"}])  # fmt: skip
    figure = gap_bars(gaps(store, Scope("s1"), ON).rows, "families")
    drawn = figure.plotly()
    assert drawn.layout.barmode == "stack"
    assert list(figure.drawing.names) == ["MENURUNKAN BEBAN PENGELUARAN", "Sembako"]
    assert [trace.x[1] for trace in drawn.data] == [1, 3]
    assert "Sembako 3 dari 4" in figure.alt
    figure.paper()
    assert needs_bars(family_needs(store, Scope("s1")).overall()).drawing.names[0] == "Tanpa jamban sendiri"

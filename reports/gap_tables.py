"""Gaps, needs and the inventory on their way out as workbooks; small cells hidden, formulas defused."""

import pandas as pd

from analytics.facilities import Facilities
from analytics.gaps import Gaps
from analytics.needs import Needs
from data.load_inventory import COLUMNS, HEADERS, WORDS
from data.reference import programmes
from reports.disclosure import protect
from reports.provenance import Provenance
from reports.tables import Sheet, aggregate_export, protected_sheet, to_xlsx
from reports.words import STATUSES

GAP_HEADERS = {
    "programme": "Program", "name": "Nama program", "target": "Sasaran",
    "eligible_families": "Sasaran (keluarga)", "eligible_persons": "Sasaran (jiwa)",
    "reached_families": "Sudah menerima (keluarga)", "reached_persons": "Sudah menerima (jiwa)",
    "gap_families": "Celah (keluarga)", "gap_persons": "Celah (jiwa)", "unit_cost": "Biaya satuan setahun (rupiah)",
    "cost_per": "Biaya satuan untuk", "cost": "Biaya menutup celah setahun (rupiah)", "cost_status": "Status biaya",
    "cost_note": "Catatan biaya", "reason": "Mengapa kosong",
}  # fmt: skip
_COUNTS = {name: [f"{name[: -len('families')]}persons"] for name in
           ("eligible_families", "reached_families", "gap_families")}  # fmt: skip
_TO_MILLION = -6


def gap_export(found: Gaps, provenance: Provenance) -> bytes:
    """The gaps as XLSX: counts protected, money in proportion to the count that leaves, to the million."""
    rows = exact_rows = found.rows.reset_index(drop=True)
    counts = [column for families, persons in _COUNTS.items() for column in (families, *persons)]
    notes = [f"Tanggal aturan dan biaya: {found.on.isoformat()}."]
    if found.scope.definition == "pmt_line":
        # Expected numbers count nobody; but of a village of few families they would tell what these are.
        rows = rows.assign(**{column: rows[column].astype("Float64").round().astype("Int64") for column in counts})
        notes.append("Angka ini perkiraan dari peluang, bukan hitungan menurut nama.")
    safe = protect(rows, keys=["programme"], labels={"programme": ["name"]}, counts=_COUNTS)
    shown = safe.frame
    notes.append(safe.note)
    about = exact_rows.set_index("programme")
    table = shown.join(
        about[["target", "unit_cost", "cost_per", "cost", "cost_status", "cost_note", "reason"]], on="programme"
    )
    exact = about["gap_families"].reindex(table["programme"]).to_numpy(dtype=float, na_value=float("nan"))
    leaves = table["gap_families"].to_numpy(dtype=float, na_value=float("nan"))
    # A cost over its unit cost would give the exact number away: it goes the way of the number it belongs to.
    scale = pd.Series(leaves, index=table.index) / pd.Series(exact, index=table.index).where(exact > 0)
    table["cost"] = (table["cost"] * scale).mask(exact == 0, 0.0).round(_TO_MILLION)
    table.loc[about["cost"].reindex(table["programme"]).isna().to_numpy(), "cost"] = None
    averaged = table["cost_per"].str.startswith("keluarga, rata").fillna(False).astype(bool)
    table["unit_cost"] = table["unit_cost"].mask(averaged)  # of few families it would tell what they are
    table["cost_status"] = table["cost_status"].map(STATUSES)
    order = [column for column in GAP_HEADERS if column in table] + [
        column for column in table if column not in GAP_HEADERS
    ]
    sheet = Sheet("Celah", "Celah sasaran tiap program", table[order], GAP_HEADERS, (), notes)
    return to_xlsx([sheet], provenance)


def needs_export(found: Needs, provenance: Provenance) -> bytes:
    """Families with each need per village as XLSX, protected. found: counted in families."""
    if found.scope.unit != "families":
        raise ValueError("small cells are families: count the needs in families first")
    rows = found.rows[found.rows["by"] == "village"]
    return aggregate_export(
        rows, provenance, name="Kebutuhan", title="Keluarga menurut kebutuhan dan desa",
        headers={"code": "Kode", "name": "Desa/kelurahan", "need": "Kunci", "title": "Kebutuhan",
                 "programme": "Program", "office": "Perangkat daerah", "yes": "Membutuhkan", "no": "Tidak",
                 "unknown": "Tidak diketahui"},
        keys=["code", "need"], labels={"code": ["name"], "need": ["title", "programme", "office"]},
        counts={"yes": [], "no": [], "unknown": []},
    )  # fmt: skip


def facilities_export(found: Facilities, provenance: Provenance) -> bytes:
    """What villages lack, and each village's lacks beside its extreme poor. Counts of villages are nobody's."""
    expected = found.scope.definition == "pmt_line"
    about = ["title", "villages", "lacking", "fine", "unread", "without_row", "programme", "office", "date", "source"]
    lacks = protected_sheet(
        found.rows, name="Fasilitas", title="Fasilitas yang kurang di desa", expected=expected, as_given=True,
        headers={"facility": "Kunci", "title": "Fasilitas", "villages": "Desa dengan data", "lacking": "Desa kurang",
                 "fine": "Desa cukup", "unread": "Desa tak terbaca", "without_row": "Desa tanpa data",
                 "programme": "Program", "office": "Perangkat daerah", "date": "Tanggal", "source": "Sumber",
                 "families_lacking": "Keluarga miskin ekstrem di desa kurang",
                 "persons_lacking": "Jiwa miskin ekstrem di desa kurang"},
        keys=["facility"], labels={"facility": about}, counts={"families_lacking": ["persons_lacking"]},
    )  # fmt: skip
    villages = protected_sheet(
        found.by_village, name="Desa", title="Kekurangan fasilitas tiap desa", expected=expected,
        headers={"village": "Kode", "name": "Desa/kelurahan", "district": "Kecamatan", "lacking": "Kekurangan",
                 "known": "Fasilitas dengan data", "titles": "Yang kurang", "families": "Keluarga miskin ekstrem",
                 "persons": "Jiwa miskin ekstrem"},
        keys=["village"], labels={"village": ["name", "district", "lacking", "known", "titles"]},
        counts={"families": ["persons"]},
    )  # fmt: skip
    return to_xlsx([lacks, villages], provenance)


def inventory_template(entries: pd.DataFrame, provenance: Provenance) -> bytes:
    """The inventory as a workbook to fill and bring back: one row per entry, empty rows of a new one below.

    entries: `analytics.inventory.entries`. Texts stay texts, whatever they look like.
    """
    frame = entries.reindex(columns=list(COLUMNS)).copy()
    frame["programme"] = frame["programme"].where(frame["programme"] != frame["title"])  # a name is no code
    for column, words in WORDS.items():
        frame[column] = frame[column].map({key: spellings[0] for key, spellings in words.items()})
    frame = frame.astype(object).where(frame.notna(), None)
    allowed = {column: ", ".join(spellings[0] for spellings in words.values()) for column, words in WORDS.items()}
    notes = [
        *(f"{HEADERS[column]}: {words}." for column, words in allowed.items()),
        "Nomor: kosongkan untuk program baru; nomor yang sudah ada diganti isinya.",
        "Kode wilayah: kode Kemendagri kabupaten/kota, kecamatan, atau desa; kosong berarti seluruh kabupaten/kota.",
        f"Kode program yang dikenal: {', '.join(programmes())}. Program lain boleh ditulis dengan namanya sendiri.",
        "Perluasan menambah tempat pada program pusat yang disebut; Pelengkap memberi manfaat lain di sampingnya.",
    ]  # fmt: skip
    return to_xlsx([Sheet("Inventaris", "Inventaris program", frame, HEADERS, (), notes)], provenance)

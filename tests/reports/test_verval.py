"""The by-name export: what it holds, what it must not, and that no use goes unrecorded."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from data.errors import Refused
from reports import audit
from reports.verval import HEADERS, verval_workbook

VILLAGE = "99.01.01.2001"
WORDS = {"size_mismatch": "jumlah anggota tidak sesuai", "nik_length": "NIK bukan 16 angka"}


def make(store, scope, village=VILLAGE, purpose="Verval 2026", recipient="Tim Desa Sukamaju", **more):
    return verval_workbook(store, scope, village, purpose, recipient, words=WORDS.__getitem__, **more)


def sheet(content: bytes, name: str) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def rows(content: bytes) -> dict[str, dict]:
    lines = sheet(content, "Verval")
    assert lines[3] == list(HEADERS.values())
    table = [dict(zip(HEADERS, line, strict=True)) for line in lines[4:]]
    assert [line["place"] for line in table] == list(range(1, len(table) + 1))
    return {line["pseudonym"]: line for line in table}


def test_one_village_poorest_first(store, scope):
    name, content = make(store, scope)
    assert name.startswith(f"verval_{VILLAGE}_")
    found = rows(content)
    assert list(found) == ["BBBB", "AAAA", "CCCC"]
    assert [line["extreme"] for line in found.values()] == ["ya", "tidak", "tidak diketahui"]
    assert found["BBBB"]["decile_recorded"] == 1
    assert found["BBBB"]["percentile_recorded"] == 7
    assert found["CCCC"]["decile_recorded"] == ""
    assert sheet(content, "Verval")[0][0] == "Lembar verval keluarga: Sukamaju (99.01.01.2001)"


def test_masked_but_findable(store, scope):
    found = rows(make(store, scope)[1])
    assert found["BBBB"]["head_nik"] == "••••••••••••0002"
    assert found["BBBB"]["head_name"] == "B••• S•••"
    assert found["AAAA"]["address"] == "=Jl. Melati 5, RT 01"
    assert found["CCCC"]["head_nik"] == ""


def test_no_identity_beyond_that(store, scope):
    name, content = make(store, scope, requested_by="analis")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        text = b"".join(parts.read(part) for part in parts.namelist()).decode()
    for secret in ("990101170887", "9901010101010009", "Siti", "Rahayu", "Budi", "Santoso", "F-1", "Tono", "Mawar"):
        assert secret not in text + name
    assert "<f>" not in text.replace("<formula1>", "")


def test_what_to_check(store, scope):
    found = rows(make(store, scope)[1])
    assert found["AAAA"]["check"] == (
        "jumlah anggota tidak sesuai; NIK bukan 16 angka (2 anggota); "
        "tidak tergolong miskin ekstrem, tetapi lantai tanah dan tanpa fasilitas BAB"
    )
    assert found["BBBB"]["check"] == (
        "belum padan Dukcapil; jumlah anggota belum diketahui; tergolong miskin ekstrem, tetapi punya mobil"
    )
    # Without a status nothing can contradict it.
    assert found["CCCC"]["check"] == "prioritas verval dari sumber: KELUARGA NIK KOSONG"


def test_the_decile_of_the_score(store, scope, insert):
    ranked = {"snapshot_id": "s1", "village_code": VILLAGE}
    insert(store, "family_rank", [
        ranked | {"family_no": 1, "share_regency": 0.1 + 1e-12}, ranked | {"family_no": 2, "share_regency": 0.11},
    ])  # fmt: skip
    found = rows(make(store, scope)[1])
    assert [found[name]["decile_pmt"] for name in ("AAAA", "BBBB", "CCCC")] == [1, 2, ""]


def test_officers_choose_from_lists(store, scope):
    with zipfile.ZipFile(io.BytesIO(make(store, scope)[1])) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "Ditemukan,Pindah,Meninggal,Tidak ditemukan" in page
    presence = "ABCDEFGHIJKLMNOP"[list(HEADERS).index("presence")]
    assert f'sqref="{presence}5:{presence}7"' in page


def test_purpose_and_recipient_go_with_the_file(store, scope):
    about = dict(sheet(make(store, scope, purpose="  Verval   2026 ")[1], "Keterangan"))
    assert about["Tujuan"] == "Verval 2026"
    assert about["Penerima"] == "Tim Desa Sukamaju"
    assert about["Sidik data (SHA-256)"] == "abc123"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": "  "}, "purpose_missing"),
        ({"recipient": ""}, "recipient_missing"),
        ({"purpose": "cek 9901 0117 0887 0001"}, "purpose_personal"),
        ({"recipient": "x" * 501}, "purpose_too_long"),
        ({"village": "99.01"}, "village_required"),
        ({"village": "99.01.01.2001 "}, "village_required"),
        ({"village": "99.01.01.2999"}, "village_empty"),
    ],
)
def test_refused_and_nothing_recorded(store, scope, change, code):
    with pytest.raises(Refused) as refused:
        make(store, scope, **change)
    assert refused.value.code == code
    assert audit.read(store) == []


def test_recorded_before_it_leaves(store, scope, monkeypatch):
    make(store, scope, requested_by="analis")
    (entry,) = audit.read(store)
    assert entry["action"] == "verval_workbook"
    assert entry["scope"]["region"] == VILLAGE
    assert (entry["purpose"], entry["recipient"], entry["requested_by"]) == (
        "Verval 2026", "Tim Desa Sukamaju", "analis",
    )  # fmt: skip
    assert entry["rows"] == 3

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(audit, "_append", full)
    with pytest.raises(OSError, match="no space"):
        make(store, scope)
    assert len(audit.read(store)) == 1

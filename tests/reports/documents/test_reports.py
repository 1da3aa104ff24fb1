"""LP2KD and the quarterly report: what is compared, what has come of the plan, and which quarter it is about."""

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from docx import Document as open_word

from analytics.scope import Scope
from data.document_texts import write_text
from data.errors import Refused
from data.plan_entries import save_edits, save_realisation
from reports.documents.blocks import plain
from reports.documents.build import build, draft
from reports.documents.catalogue import KINDS, kind_of
from reports.documents.door import door
from reports.documents.ledger import Ledger
from reports.documents.period import quarter_of, usual_year
from reports.documents.verify import verify
from tests.analytics.conftest import build as build_fixture
from tests.analytics.conftest import store as store_fixture

build_snapshot, empty_store = build_fixture, store_fixture  # fixtures under names of their own
A, B, C, D, E = (f"99.01.01.200{number}" for number in range(1, 6))
REGIONS = {"99.01": "Kabupaten Uji", "99.01.01": "Hulu", A: "Awal", B: "Baru", C: "Cukup", D: "Dulu", E: "Esa"}
SCOPE = Scope("baru", region="99.01", cut=1)
YEAR = 2026
HOSTILE = "=1+1 & <b>“kutip” 'x'</b> " + "panjang " * 22
NONE = "belum dilaporkan"


def delivery(build, store, name: str, when: date, families: dict[str, int], size: int = 1, regions=None) -> None:
    """That many extreme-poor families of that size in each village; every second one receives PKH."""
    rows = [
        {"village_code": code, "size": size, "decile_recorded": 1}
        for code, many in families.items()
        for _ in range(many)
    ]
    head = {"snapshot_id": name, "source_date": when, "imported_at": datetime(2026, 2, 1), "data_hash": name}
    held = [{"family_no": number, "programme": "PKH"} for number in range(1, len(rows) + 1, 2)]
    build(store, rows, regions=regions, snapshot=head, enrolments=held)


@pytest.fixture
def both(empty_store, build_snapshot):
    """Builds the two deliveries from families by village; of now 1 January 2026, of then a given day."""

    def make(was: dict[str, int], now: dict[str, int], then=date(2025, 9, 1), size: int = 1):
        delivery(build_snapshot, empty_store, "baru", date(2026, 1, 1), now, size, REGIONS)
        delivery(build_snapshot, empty_store, "lama", then, was, size)
        return empty_store

    return make


def said(document) -> str:
    return " ".join(plain(block.parts) for block in document.blocks() if hasattr(block, "parts"))


def tables(document) -> dict[str, list[list[str]]]:
    return {table.id: [[plain(cell) for cell in row] for row in table.rows] for table in document.tables()}


def report(store, kind: str, quarter: int | None = None, scope=SCOPE):
    return draft(store, scope, kind_of(kind), YEAR, "official", quarter)


# Change ------------------------------------------------------------------------------------------


def test_villages_of_both_that_are_printed_in_both_are_compared(both):
    """The worked example of docs/metodologi.md: only A and E; B is hidden then, C and D are in one delivery only."""
    document = report(both({A: 12, B: 3, C: 21, E: 60}, {A: 16, B: 9, D: 40, E: 62}), "quarterly", 1)
    rows = tables(document)["perubahan/lama"]
    assert rows[1] == ["Keluarga miskin ekstrem", "70", "75", "+5"]
    assert rows[0] == ["Jiwa miskin ekstrem", "70", "75", "+5"]
    assert rows[3][1:] == ["–", "–", "–"]  # without a programme: no village is printed
    text = said(document)
    assert (
        "Jumlah jiwa miskin ekstrem naik 5 jiwa, dari 70 pada 1 September 2025 menjadi 75 pada 1 Januari 2026." in text
    )
    assert "Desa dalam kedua data tidak sama." in text
    assert "3 desa yang ada dalam kedua data; 1 desa hanya ada dalam data sekarang dan 1 desa hanya" in text
    assert "1 desa tidak ikut dijumlahkan karena angkanya disembunyikan" in text


def test_numbers_of_then_are_those_a_document_of_then_prints(both):
    was, now = {A: 31, B: 2, C: 3, E: 14}, {A: 9, B: 40, C: 3, E: 13}
    store = both(was, now, size=9)
    facts = report(store, "lp2kd").facts()
    quoted = {id: fact.text for id, fact in facts.items() if id.startswith("earlier/lama/")}
    old = draft(store, Scope("lama", region="99.01", cut=1), kind_of("lp2kd"), YEAR, "official").facts()
    old |= draft(store, Scope("lama", region="99.01", cut=1), kind_of("rpkd"), YEAR, "official").facts()
    printed = {f"earlier/lama/{id}": fact.text for id, fact in old.items()}
    assert {id: printed[id] for id in quoted} == quoted
    assert {"earlier/lama/pockets.persons", f"earlier/lama/villages/{A}/persons",
            "earlier/lama/regencies/99.01/programmes/PKH/recipients"} <= set(quoted)  # fmt: skip
    # A had 31 x 9 = 279 jiwa and has 81, B had 18 and has 360, E had 126 and has 117 (a pocket both times).
    moved = {row[0]: row for row in tables(report(store, "lp2kd"))["perubahan/lama/desa"]}
    # B had two families then: that it moved would tell of a hidden number.
    assert {name: row[-1] for name, row in moved.items()} == {"Awal": "keluar kantong"}
    assert moved["Awal"][2:4] == ["280", "80"]


def test_a_difference_is_made_of_printed_numbers_and_hidden_with_either():
    ledger = Ledger(door("official"))
    few, some, more = (ledger.people(name, count, name, "keluarga", "uji")
                       for name, count in (("few", 3), ("some", 12), ("more", 18)))  # fmt: skip
    assert ledger.difference("a", more, some, "", "").text == "+10"  # 20 - 10, not 18 - 12
    assert ledger.difference("b", some, more, "", "").text == "−10"
    assert ledger.difference("c", some, some, "", "").text == "0"
    for id, pair in {"d": (few, some), "e": (some, few)}.items():
        hidden = ledger.difference(id, *pair, "", "")
        assert (hidden.text, hidden.value) == ("*", None)
    unknown = ledger.people("unknown", None, "", "keluarga", "uji")
    assert ledger.difference("f", some, unknown, "", "").text == "–"


def test_without_an_earlier_delivery_the_report_says_how_to_load_one(empty_store, build_snapshot):
    delivery(build_snapshot, empty_store, "baru", date(2026, 1, 1), {A: 30}, regions=REGIONS)
    missing = {block.what: block.how for block in report(empty_store, "lp2kd").missing()}
    for start in ("Belum ada data bertanggal lebih awal", "Data tahun lalu belum ada"):
        (how,) = [how for what, how in missing.items() if what.startswith(start)]
        assert "halaman Data" in how


def test_one_earlier_delivery_that_is_last_years_is_told_once(both):
    document = report(both({A: 30}, {A: 40}), "lp2kd")
    assert [table.id for table in document.tables()].count("perubahan/lama") == 1
    assert tables(document)["perubahan/lama"][0] == ["Jiwa miskin ekstrem", "30", "40", "+10"]


# The plan ----------------------------------------------------------------------------------------


@pytest.fixture
def year(both):
    """Four rows of people's own with Rp100 million each: the paces of docs/metodologi.md at the second quarter."""
    store = both({A: 30}, {A: 40})
    rows = [{"programme": name, "budget": 100_000_000} for name in ("Lambat", "Lancar", "Berlubang", "Diam")]
    save_edits(store, "99.01", YEAR, [("PKH", "removed", True, None)], rows)
    million = 1_000_000
    save_realisation(store, "99.01", YEAR, 1, {"hand-1": (30 * million, 9), "hand-2": (30 * million, 8),
                                               "hand-3": (60 * million, 7)})  # fmt: skip
    save_realisation(store, "99.01", YEAR, 2, {"hand-1": (10 * million, 6), "hand-2": (25 * million, None)})
    return store


def test_the_quarter_and_the_year_up_to_it(year):
    document = report(year, "quarterly", 2)
    rows = {row[0]: row[2:] for row in tables(document)["realisasi"]}
    assert rows["Lambat"] == ["Rp10.000.000", "6", "Rp40.000.000", "40%"]
    assert rows["Lancar"] == ["Rp25.000.000", NONE, "Rp55.000.000", "55%"]
    assert rows["Berlubang"] == [NONE, NONE, "Rp60.000.000", "60%"]
    assert rows["Diam"] == [NONE, NONE, NONE, "–"]
    text = said(document)
    assert "Uang yang dibelanjakan menurut laporan itu Rp35 juta." in text
    assert "sampai triwulan II jumlahnya Rp155 juta." in text
    assert (
        "Lambat tertinggal: 40% anggaran terpakai, sedangkan belanja yang merata sepanjang tahun mencapai 50%." in text
    )
    assert "Berlubang: laporan belum lengkap, uang triwulan II tidak dilaporkan." in text
    assert "Lancar tertinggal" not in text
    start = "Belum dilaporkan sejak awal tahun"
    lines = [plain(block.parts) for block in document.blocks() if hasattr(block, "parts")]
    (silent,) = [line for line in lines if line.startswith(start)]
    assert "Diam" in silent
    assert not {"Lambat", "Lancar", "Berlubang"} & set(silent.replace(",", "").replace(".", "").split())


def test_the_yearly_report_judges_pace_at_the_last_reported_quarter(year):
    text = said(report(year, "lp2kd"))
    assert "Sampai triwulan II, belanja Lambat tertinggal: bagian anggaran yang terpakai kurang dari 50%." in text
    assert "Belanja Lancar berjalan sesuai rencana." in text
    assert "Laju belanja Berlubang belum dapat dinilai" in text


# The file ----------------------------------------------------------------------------------------


def test_a_report_is_made_again_with_its_quarter_and_the_data_of_its_moment(year, build_snapshot):
    write_text(year, "99.01", YEAR, "quarterly/q2", "support", HOSTILE)
    made = build(year, SCOPE, "quarterly", year=YEAR, quarter=2)
    delivery(build_snapshot, year, "antara", date(2025, 12, 1), {A: 90})  # an earlier delivery that came later
    with year.transaction() as cursor:
        after = datetime.now() + timedelta(days=1)
        cursor.execute("UPDATE snapshot SET imported_at = ? WHERE snapshot_id = 'antara'", [after])
    found = verify(year, made.content, ".docx")
    assert (found.ok, found.recipe.quarter) == (True, 2)
    assert found.checked > 20

    word = open_word(io.BytesIO(made.content))
    lines = [line.text for line in word.paragraphs]
    assert "Laporan Triwulan II Penanggulangan Kemiskinan" in lines
    assert any(HOSTILE.strip() in line for line in lines)
    heads = [line.text for line in word.paragraphs if line.style.name == "Heading 1"]
    assert heads == ["Keadaan", "Realisasi", "Perubahan sejak data sebelumnya", "Yang tersendat",
                     "Dukungan yang diminta dari provinsi", "Asal angka"]  # fmt: skip
    assert len(word.tables) == 4
    # What was asked for in one quarter is not asked for in another.
    assert any(block.what.startswith("Dukungan") for block in report(year, "quarterly", 1).missing())

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made.content)) as given, zipfile.ZipFile(out, "w") as changed:
        for item in given.infolist():
            changed.writestr(item, given.read(item).replace(b"Rp55.000.000", b"Rp95.000.000"))
    wrong = verify(year, out.getvalue(), ".docx").mismatches
    assert [(entry.id, entry.printed) for entry in wrong] == [("plan/hand-2/to_q2/money", "Rp95.000.000")]


def test_the_yearly_report_has_its_five_chapters_and_the_offices_words(year):
    for place, text in {
        "constraints": "Jalan putus.",
        "coordination": "Rapat 3 Maret.",
        "closing": "Demikian.",
    }.items():
        write_text(year, "99.01", YEAR, "lp2kd", place, text)
    made = build(year, SCOPE, "lp2kd", year=YEAR)
    assert verify(year, made.content, ".docx").ok
    word = open_word(io.BytesIO(made.content))
    heads = [line.text.split()[:2] for line in word.paragraphs if line.style.name == "Heading 1"]
    assert heads == [["Bab", number] for number in ("I", "II", "III", "IV", "V")] + [["Lampiran:", "Asal"]]
    own = [line.text for line in word.paragraphs if line.style.name == "Tepat Isian"]
    assert [text.split("\u00a0")[-1] for text in own] == ["Jalan putus.", "Rapat 3 Maret.", "Demikian."]
    unwritten = [block.what for block in made.document.missing() if "belum ditulis" in block.what]
    assert unwritten == ["Kebijakan daerah tahun ini belum ditulis."]


# Which year and quarter --------------------------------------------------------------------------


def test_reports_look_back_on_what_is_finished():
    plan, yearly, report_of_quarter = KINDS["rpkd"], KINDS["lp2kd"], KINDS["quarterly"]
    assert [usual_year(kind, date(2026, 11, 22)) for kind in (plan, yearly, report_of_quarter)] == [2027, 2026, 2026]
    assert [usual_year(kind, date(2027, 3, 31)) for kind in (plan, yearly, report_of_quarter)] == [2028, 2026, 2026]
    assert quarter_of(report_of_quarter, 2026, date(2026, 11, 22)) == 3
    assert quarter_of(report_of_quarter, 2026, date(2026, 4, 1)) == 1
    assert quarter_of(report_of_quarter, 2025, date(2026, 1, 1)) == 4
    assert quarter_of(report_of_quarter, 2026, date(2026, 11, 22), 4) == 4  # a draft of one that still runs
    assert quarter_of(yearly, 2026, date(2026, 11, 22)) is None
    for kind, year, asked, code in (
        (report_of_quarter, 2026, None, "quarter_unfinished"), (report_of_quarter, 2026, 5, "quarter_unknown"),
        (yearly, 2026, 2, "quarter_unwanted"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            quarter_of(kind, year, date(2026, 3, 31), asked)
        assert refused.value.code == code

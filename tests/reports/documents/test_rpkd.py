"""The RPKD: what stands in it, golden sentences, the office's own words, what a break and a definition forbid."""

import io
import re
import subprocess
from datetime import datetime

import pandas as pd
import pytest

from analytics import catalogue
from analytics.official import OfficialSeries
from data.document_texts import write_text
from data.reference import parameter
from reports.documents.blocks import Missing, Paragraph, Table, plain
from reports.documents.build import build, compose
from reports.documents.catalogue import kind_of
from reports.documents.material import Material
from reports.documents.shared_official import extreme_trend, official_trend
from reports.documents.verify import verify

CHAPTERS = ["pendahuluan", "kondisi", "profil", "faktor", "program", "lokasi", "sasaran", "penutup", "lampiran", "asal"]


@pytest.fixture
def material(demo):
    scope = catalogue.default_scope(demo, region="99.01", definition="recorded", cut=1)
    return Material(demo, scope, 2027, "official", datetime.now().astimezone())


@pytest.fixture(scope="module")
def built(demo):
    scope = catalogue.default_scope(demo, region="99.01", definition="recorded", cut=1)
    return build(demo, scope, "rpkd", year=2027)


def opened(content):
    from docx import Document

    return Document(io.BytesIO(content))


def series(rows):
    frame = pd.DataFrame(rows, columns=["region", "indicator", "year", "value"]).assign(unit="", source="BPS")
    return OfficialSeries("99.01", "Kabupaten Contoh", "99", "Provinsi Contoh", frame,
                          parameter("extreme_series_break"))  # fmt: skip


def said(blocks):
    return [plain(block.parts) for block in blocks if isinstance(block, Paragraph)]


def test_every_part_is_there_and_the_file_holds_it(built):
    document = built.document
    assert [chapter.key for chapter in document.chapters] == CHAPTERS
    # Maps and bars: P0, extreme poverty, needs, gaps, villages.
    assert len(document.pictures()) == 5
    word = opened(built.content)
    assert len(word.inline_shapes) == 5
    # 19: three numbers, 2 official, districts, depth, traits, needs, ladder, factors, 3 strategies, inventory, money,
    # villages, targets, annex, 2 of the origin.
    assert len(word.tables) == len(document.tables()) == 19
    text = "\n".join(line.text for line in word.paragraphs)
    assert "[[" not in text
    assert "belum diverifikasi: lampiran Permendagri 53/2020" in text


def test_a_fresh_document_passes_and_one_changed_number_is_named(demo, built):
    assert verify(demo, built.content, ".docx").ok
    word = opened(built.content)
    (table,) = [table for table in word.tables if table.cell(0, 1).text == "Penduduk miskin (P0)"]
    (cell,) = [row.cells[1] for row in table.rows if row.cells[0].text == "2023"]
    (words,) = cell._tc.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
    before, words.text = words.text, "1,23%"
    changed = io.BytesIO()
    word.save(changed)
    found = verify(demo, changed.getvalue(), ".docx")
    assert [(entry.id, entry.printed, entry.recomputed) for entry in found.mismatches] == [
        ("official/P0/2023", "1,23%", before)
    ]


def test_golden_sentences_of_the_official_figures(material):
    material.official = series(
        [("99.01", "P0", 2021, 12.6), ("99.01", "P0", 2022, 11.38), ("99.01", "P0", 2023, 11.05),
         ("99", "P0", 2023, 9.22), ("99.01", "poverty_line", 2022, 483787), ("99.01", "poverty_line", 2023, 510396)]
    )  # fmt: skip
    (first,) = said(official_trend(material))
    assert first == (
        "Persentase penduduk miskin Kabupaten Contoh turun 1,55 poin persen, dari 12,60% pada 2021 menjadi 11,05% pada "
        "2023. Pada 2023 angka itu lebih tinggi daripada persentase Provinsi Contoh, yaitu 9,22%. Garis kemiskinan "
        "naik Rp26.609, dari Rp483.787 pada 2022 menjadi Rp510.396 pada 2023."
    )


def test_the_two_lines_of_extreme_poverty_are_never_compared(material):
    values = {2022: 2.1, 2023: 1.8, 2024: 2.4, 2025: 2.0}
    material.official = series([("99.01", "extreme_rate", year, value) for year, value in values.items()])
    blocks = extreme_trend(material)
    (told,) = said(blocks)
    assert told.startswith(
        "Menurut garis lama, persentase penduduk miskin ekstrem turun 0,30 poin persen, dari 2,10% pada 2022 menjadi "
        "1,80% pada 2023. Menurut garis baru, persentase penduduk miskin ekstrem turun 0,40 poin persen, dari 2,40% "
        "pada 2024 menjadi 2,00% pada 2025. Kedua seri tidak dapat disambung"
    )
    assert "0,60" not in told  # 1,80 to 2,40
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert [plain(row[1]) for row in table.rows] == ["garis lama", "garis lama", "garis baru", "garis baru"]


def test_without_official_figures_or_words_of_the_office_the_document_says_what_is_missing(composed):
    # Made at a moment before anybody had written anything.
    document = composed("rpkd")
    missing = [block.what for block in document.missing()]
    assert {"Pohon masalah belum diisi.", "Target semua indikator belum diisi.",
            "Jumlah jiwa dalam daftar yang ditetapkan kepala daerah belum diisi."} <= set(missing)  # fmt: skip
    assert all(block.how.endswith(".") for block in document.missing())


def test_a_region_without_official_figures_is_told_how_to_load_them(material):
    material.official = series([])
    assert [type(block) for block in (*official_trend(material), *extreme_trend(material))] == [Missing, Missing]


def test_what_the_office_wrote_stands_there_as_its_own(demo, built):
    own = [plain(block.parts) for block in built.document.blocks() if getattr(block, "style", "") == "human"]
    assert own[1].startswith("Masalah pokok:")
    facts = built.document.facts()
    assert (facts["decreed.persons"].text, facts["decreed.persons"].value) == ("1.150", 1150)
    assert facts["target/P0"].human
    # A later word does not change a document that was made before it.
    write_text(demo, "99.01", 2027, "rpkd", "target/P0", "7,0%")
    moment = built.document.provenance.made_at
    try:
        again = compose(
            demo,
            catalogue.default_scope(demo, region="99.01", definition="recorded", cut=1),
            kind_of("rpkd"),
            2027,
            "official",
            moment,
        )
        assert again.facts()["target/P0"].text == "8,5%"
    finally:
        write_text(demo, "99.01", 2027, "rpkd", "target/P0", "8,5%")


def test_traits_are_counted_again_by_hand(demo, built):
    families = demo.frame(
        "SELECT f.decile_recorded, x.head_sex FROM family f JOIN family_feature x USING (snapshot_id, family_no)"
    )
    poor = families["decile_recorded"].eq(1)

    def rate(group):
        known = group["head_sex"].notna().sum()
        women = group["head_sex"].eq("female").sum()
        five = lambda count: 5 * int(count / 5 + 0.5)  # noqa: E731
        return five(women) / five(known)

    facts = built.document.facts()
    assert facts["traits/female_head/extreme/rate"].value == pytest.approx(rate(families[poor]))
    assert facts["traits/female_head/others/rate"].value == pytest.approx(rate(families[~poor]))


def test_correlation_is_never_called_a_cause(built):
    text = " ".join(
        plain(block.parts)
        for block in built.document.blocks()
        if isinstance(block, Paragraph) and block.style != "human"
    )
    assert not re.search(r"menyebabkan|disebabkan|akibatnya", text)
    assert "bukan penyebabnya" in text


def test_what_a_model_expects_is_not_called_a_count_by_name(demo):
    scope = catalogue.default_scope(demo, region="99.01", definition="pmt_line")
    document = compose(demo, scope, kind_of("rpkd"), 2027, "official", datetime.now().astimezone())
    (table,) = [table for table in document.tables() if table.id == "tiga_angka"]
    assert plain(table.rows[1][0]) == "Perkiraan model atas basis data"
    (villages,) = [table for table in document.tables() if table.id == "desa" and table is not document.tables()[-1]][
        :1
    ]
    assert villages.headers[5:7] == ("Selang 80%", "Peluang lebih dari 100 jiwa")


def test_hostile_names_survive(demo):
    name = ('=HYPERLINK("x") & <b>"Ujung" \'Barat\'</b> [[profil]] ' + "panjang " * 30)[:200]
    scope = catalogue.default_scope(demo, region="99.01", definition="recorded", cut=1)
    code = demo.one("SELECT village_code AS code FROM family WHERE decile_recorded = 1 AND village_code LIKE '99.01.%' "
                    "GROUP BY village_code ORDER BY count(*) DESC LIMIT 1")["code"]  # fmt: skip
    before = demo.one("SELECT name FROM region WHERE code = ?", [code])["name"]
    try:
        _rename(demo, code, name)
        made = build(demo, scope, "rpkd", year=2027)
        cells = {cell.text for table in opened(made.content).tables for row in table.rows for cell in row.cells[:1]}
        assert name.strip() in {text.strip() for text in cells}
    finally:
        _rename(demo, code, before)


def _rename(store, code, name):
    with store.transaction() as cursor:
        cursor.execute("UPDATE region SET name = ? WHERE code = ?", [name, code])


@pytest.mark.slow
def test_libreoffice_turns_it_into_pages(built, tmp_path):
    from pypdf import PdfReader

    (tmp_path / "rpkd.docx").write_bytes(built.content)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to", "pdf", "--outdir",
         str(tmp_path), str(tmp_path / "rpkd.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    pages = [page.extract_text() for page in PdfReader(tmp_path / "rpkd.pdf").pages]
    assert 10 <= len(pages) <= 30
    assert any("Bab V Lokasi Prioritas" in page for page in pages)

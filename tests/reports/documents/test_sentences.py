"""Golden sentences, written by hand."""

import pytest

from reports.documents import sentences as say
from reports.documents.blocks import plain
from reports.documents.door import Door
from reports.documents.ledger import Ledger


@pytest.fixture
def ledger():
    return Ledger(Door("official", 5, 5, 10, 10))


def share(ledger, id, value, digits=1):
    return ledger.figure(id, value, "Persentase penduduk miskin", "bagian", "BPS", digits=digits)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (0.127, 0.123, "angkanya turun 0,4 poin persen, dari 12,7% pada 2022 menjadi 12,3% pada 2023"),
        (0.097, 0.101, "angkanya naik 0,4 poin persen, dari 9,7% pada 2022 menjadi 10,1% pada 2023"),
        # 12,26 and 12,34 print alike: what a reader cannot see did not move.
        (0.1226, 0.1234, "angkanya tetap 12,3% pada 2022 dan 2023"),
        # 12,34 to 11,96 is 0,38, but 12,3 to 12,0 is 0,3.
        (0.1234, 0.1196, "angkanya turun 0,3 poin persen, dari 12,3% pada 2022 menjadi 12,0% pada 2023"),
    ],
)
def test_two_years_are_compared_in_points_as_they_are_printed(ledger, before, now, said):
    points = [("2022", share(ledger, "a", before)), ("2023", share(ledger, "b", now))]
    assert plain(say.change(ledger, "ab", "angkanya", *points)) == said


def test_counts_are_compared_in_their_unit_and_rupiah_are_not_points(ledger):
    line = [
        (year, ledger.figure(f"line/{year}", value, "Garis kemiskinan", "rupiah", "BPS"))
        for year, value in (("2022", 505_000), ("2023", 550_500))
    ]
    said = plain(say.change(ledger, "line/change", "garis kemiskinan", *line))
    assert said == "garis kemiskinan naik Rp45.500, dari Rp505.000 pada 2022 menjadi Rp550.500 pada 2023"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([0.14], "P0 pada 2019 tercatat 14,0%"),
        ([0.14, 0.136, 0.128], "P0 turun 1,2 poin persen, dari 14,0% pada 2019 menjadi 12,8% pada 2021"),
        ([0.14, 0.146, 0.128], "P0 turun 1,2 poin persen, dari 14,0% pada 2019 menjadi 12,8% pada 2021, setelah "
                               "sempat naik sampai 14,6% pada 2020"),
        ([0.14, 0.142, 0.128], "P0 turun 1,2 poin persen, dari 14,0% pada 2019 menjadi 12,8% pada 2021"),
        ([0.12, 0.109, 0.12], "P0 tetap 12,0% pada 2019 dan 2021, setelah sempat turun sampai 10,9% pada 2020"),
    ],
)  # fmt: skip
def test_a_series_is_told_from_its_ends_and_its_turn(ledger, values, said):
    points = [(2019 + place, share(ledger, f"p/{place}", value)) for place, value in enumerate(values)]
    assert plain(say.trend(ledger, "p/change", "P0", points)) == said


def test_no_sentence_begins_with_figures(ledger):
    count = ledger.people("n", 130, "Keluarga", "keluarga", "uji")
    assert (
        plain(say.sentence(say.counted(count, "keluarga"), " belum menerima"))
        == "Sebanyak 130 keluarga belum menerima."
    )
    hidden = ledger.people("m", 3, "Keluarga", "keluarga", "uji")
    assert plain(say.sentence(say.counted(hidden, "keluarga"), " belum")).startswith("Sejumlah keluarga (*")


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "tidak ada keluarga"), (3, "sejumlah keluarga (*, angka disembunyikan)"), (12, "10 keluarga"),
     (10_432, "10.430 keluarga"), (None, "sejumlah keluarga (belum diketahui)")],
)  # fmt: skip
def test_nobody_a_hidden_few_and_many(ledger, count, said):
    assert plain(say.counted(ledger.people("n", count, "Keluarga", "keluarga", "uji"), "keluarga")) == said


def test_a_large_count_is_said_to_three_digits_from_what_is_printed(ledger):
    exact = ledger.people("n", 10_448, "Keluarga", "keluarga", "uji")  # prints 10.450
    said = ledger.about(exact)
    assert plain(say.counted(said, "keluarga", about=True)) == "sekitar 10.400 keluarga"
    assert (said.id, said.value, exact.text) == ("n/about", 10_400, "10.450")
    small = ledger.people("m", 450, "Keluarga", "keluarga", "uji")
    assert ledger.about(small) is small


def test_a_share_stands_beside_its_reference(ledger):
    here, there = share(ledger, "h", 0.62, 0), share(ledger, "t", 0.48, 0)
    phrase = say.beside(ledger, "d", here, there, "seluruh keluarga")
    assert plain(phrase) == "62%, 14 poin persen di atas seluruh keluarga (48%)"
    assert plain(say.beside(ledger, "e", there, here, "yang lain")) == "48%, 14 poin persen di bawah yang lain (62%)"
    assert plain(say.beside(ledger, "f", here, here, "yang lain")) == "62%, sama dengan yang lain"
    unknown = share(ledger, "u", None)
    assert plain(say.beside(ledger, "g", here, unknown, "yang lain")) == "62%"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.48, "hampir separuh (48%)"), (0.5, "separuh (50%)"), (0.41, "41%"), (1.0, "semua (100%)"),
     (0.67, "sekitar dua pertiga (67%)"), (0.994, "hampir semua (99%)"), (0.0, "0%")],
)  # fmt: skip
def test_a_share_as_it_is_said_aloud(ledger, value, said):
    assert plain(say.said_share(share(ledger, "s", value, 0))) == said


def test_names_are_listed_and_cut_without_a_count():
    assert say.names(["Sukamaju"]) == "Sukamaju"
    assert say.names(["A", "B"]) == "A dan B"
    assert say.names(["A", "B", "C"], most=2) == "antara lain A dan B"
    assert say.names([]) == ""


def test_phrases_with_numbers_are_enumerated(ledger):
    pieces = [(name, " (", share(ledger, name, value, 0), ")") for name, value in (("a", 0.4), ("b", 0.3), ("c", 0.2))]
    assert plain(say.enumerated(pieces)) == "a (40%), b (30%), dan c (20%)"
    assert plain(say.enumerated(pieces[:2])) == "a (40%) dan b (30%)"
    assert plain(say.enumerated(pieces[:1])) == "a (40%)"


def test_a_sentence_has_a_capital_and_one_full_stop(ledger):
    few = ledger.people("n", 12, "Keluarga", "keluarga", "uji")
    first = say.sentence("di sini ada ", say.counted(few, "keluarga"))
    second = say.sentence("apa sebabnya?")
    assert plain(say.paragraph(first, (), second).parts) == "Di sini ada 10 keluarga. Apa sebabnya?"
    assert [part for part in first if not isinstance(part, str)] == [few]


@pytest.mark.parametrize(("ratio", "said"), [(3.456, "3,5 kali"), (12.4, "12 kali"), (0.8, "80%"), (None, "–")])
def test_a_ratio_is_told_in_times(ratio, said):
    assert say.times(ratio) == said

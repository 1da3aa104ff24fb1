"""Sentences that would claim more than the numbers: sums that leave programmes out, proposals called a plan."""

from datetime import date
from types import SimpleNamespace

import pytest

from analytics import catalogue
from analytics.gaps import gaps
from analytics.text import known
from reports.documents import lp2kd_results
from reports.documents.blocks import Fact, plain


def told(document, chapter: str) -> str:
    (found,) = (entry for entry in document.chapters if entry.key == chapter)
    return " ".join(plain(block.parts) for block in found.blocks if hasattr(block, "parts"))


def test_a_sum_of_costs_names_the_programmes_it_leaves_out(demo, composed):
    rows = gaps(demo, catalogue.default_scope(demo, region="99.01", definition="recorded", cut=1)).rows
    without = [row["name"] for row in rows.to_dict("records")
               if (row["gap"] or 0) >= 5 and not known(row["cost"]) and not known(row["substitute_for"])]  # fmt: skip
    assert without
    said = told(composed("rpkd"), "program")
    assert "menutup semua celah" not in said.lower()
    assert "Menutup celah yang biaya satuannya diketahui memerlukan sekitar Rp" in said
    assert all(name in said for name in without)
    assert "Belum termasuk " in told(composed("briefing"), "uang")


def test_a_plan_nobody_touched_is_called_a_proposal(composed):
    said = told(composed("lp2kd"), "kebijakan")
    assert "Rencana aksi tahun 2027 belum ditetapkan sekretariat" in said
    assert "Sebagai pembanding" not in said


@pytest.mark.parametrize(("share", "said"), [(0.95, "status itu saja tidak cukup"), (0.2, "Dahulukan 3 desa kantong")])
def test_the_report_does_not_advise_by_a_status_nearly_every_village_has(share, said, monkeypatch):
    count = Fact("pockets.count", "3", 3.0, "desa", "Desa kantong", "uji")
    monkeypatch.setattr(lp2kd_results, "pockets", lambda _: [SimpleNamespace(name=name) for name in "ABC"])
    monkeypatch.setattr(lp2kd_results, "size", lambda _: SimpleNamespace(pockets=count))
    material = SimpleNamespace(pockets=SimpleNamespace(share=share), on=date(2026, 11, 2), year=2026)
    (advice,) = lp2kd_results._places(material)
    assert said in plain(advice)
    assert "A, B, dan C" in plain(advice)


def test_what_is_to_be_ended_is_looked_at_first(composed):
    (card,) = [card for block in composed("briefing").blocks() if hasattr(block, "cards") for card in block.cards
               if plain(card.label).startswith("3. ")]  # fmt: skip
    assert plain(card.label).startswith("3. Periksa, lalu hentikan: ")

"""The list of a proposal by name: masked, with what was decided of each family, recorded, one small area at a time."""

import io

import pytest
from python_calamine import CalamineWorkbook

from analytics.combinations import held_programmes
from analytics.proposals import decide, proposals
from analytics.scope import Scope
from data.errors import Refused
from reports import audit
from reports.proposal_lists import HEADERS, proposal_workbook

VILLAGE = "99.01.01.2001"
SCOPE = Scope("s1", region=VILLAGE, cut=1)


@pytest.fixture
def listed(store, insert):
    """BBBB (decile 1) is proposed for Sembako; AAAA receives it; DDDD (decile 1) lives in another village."""
    insert(store, "enrolment", [{"snapshot_id": "s1", "family_no": 1, "programme": "SEMBAKO", "source": "list",
                                 "line_no": 2}])  # fmt: skip
    families = store.rows("SELECT snapshot_id, family_no FROM family")
    insert(store, "family_feature", families)  # derived, though nothing is known of the members
    return store


def make(store, scope=SCOPE, name="in_SEMBAKO", purpose="Verval 2026", recipient="Tim Sukamaju"):
    return proposal_workbook(store, scope, name, purpose, recipient)


def rows(content: bytes) -> list[dict]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    lines = book.get_sheet_by_name("Usulan").to_python(skip_empty_area=False)
    assert lines[3] == list(HEADERS.values())
    return [dict(zip(HEADERS, line, strict=True)) for line in lines[4:]]


def test_the_list_holds_the_family_masked_and_what_was_decided(listed):
    kind = proposals(listed, SCOPE, held=held_programmes(listed, SCOPE)).kinds["in_SEMBAKO"]
    decide(listed, ["BBBB"], kind, "to_check", "rumah kosong", "Tim verval")
    name, content = make(listed)
    assert name.startswith(f"usulan_{VILLAGE}_")
    (row,) = rows(content)
    assert (row["pseudonym"], row["village_name"], row["programmes"]) == ("BBBB", "Sukamaju", "tidak ada")
    assert (row["decision_name"], row["decision_reason"], row["decided_by"]) == (
        "Perlu diperiksa", "rumah kosong", "Tim verval",
    )  # fmt: skip
    assert row["decided_on"]
    assert row["finding"] == ""
    assert row["head_nik"] == "••••••••••••0002"


def test_the_use_is_recorded_and_an_empty_or_wide_list_is_refused(listed):
    for given, code in (
        ({"scope": Scope("s1", region="99.01", cut=1)}, "area_required"),
        ({"name": "out_SEMBAKO"}, "list_empty"),
        ({"name": "in_PKH"}, "proposal_unavailable"),
        ({"purpose": " "}, "purpose_missing"),
    ):
        with pytest.raises(Refused) as refused:
            make(listed, **given)
        assert refused.value.code == code
    assert audit.read(listed) == []
    make(listed)
    (entry,) = audit.read(listed)
    assert (entry["action"], entry["rows"], entry["purpose"]) == ("proposal_list", 1, "Verval 2026")

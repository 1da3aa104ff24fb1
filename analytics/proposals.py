"""Proposals a region may make out of what families hold, each a list that people decide on (guide 4.2(9), 4.3(1).3)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from analytics import definitions
from analytics.combinations import Held, absent_text, clash_rules, entry, held_programmes, judged_sql, set_names
from analytics.coverage import rule_text
from analytics.ladder import ladder
from analytics.scope import Scope
from data.errors import Refused
from data.rules import Forbidden, rules
from data.store import Store

PROPOSALS: dict[str, str] = {
    "revoke": "Rekomendasi pencabutan",
    "propose_in": "Usul masuk program",
    "propose_out": "Usul keluar program",
    "propose_register": "Usul masuk basis data",
}
DECISIONS: dict[str, str] = {"accepted": "Diterima", "rejected": "Ditolak", "to_check": "Perlu diperiksa"}
REGISTER = "basis data"  # stands where other proposals name a programme
BY_NAME = "Peluang di bawah garis tidak menyebut keluarga satu per satu; pilih definisi miskin ekstrem yang lain."
_LONGEST = 500
_LONG_NUMBER = re.compile(r"(?:\d[ .\-]?){16}")


@dataclass(frozen=True)
class Proposal:
    """One kind of proposal for one programme. name: unique; why: Indonesian, said of each of its families.

    condition: SQL over the step `judged`, null-free where `reason` is null. reason: why there is no list; else null.
    """

    name: str
    proposal: str
    programme: str
    title: str
    why: str
    condition: str
    reason: str | None = None

    @property
    def order(self) -> str:
        """The poorest first where help is proposed, the best off first where it is to end."""
        return "DESC" if self.proposal in ("revoke", "propose_out") else "ASC"


@dataclass(frozen=True)
class Proposals:
    """rows: name, proposal, programme, title, why, families, persons (null with `reason`; persons also where no size
    is known), accepted, rejected, to_check (families of the area by the newest decision on this proposal and
    programme, also those the data no longer proposes), reason (Indonesian or null)."""

    scope: Scope
    rows: pd.DataFrame
    kinds: dict[str, Proposal]


def proposals(store: Store, scope: Scope, on: date | None = None, held: Held | None = None) -> Proposals:
    """All proposals of a scope by the rules in force `on` a day (today); held: where it was counted already."""
    held = held or held_programmes(store, scope, on)
    kinds = {kind.name: kind for kind in _kinds(store, held)}
    open_kinds = [kind for kind in kinds.values() if kind.reason is None]
    columns = ", ".join(
        f"coalesce(sum(families) FILTER (WHERE {kind.condition}), 0) AS families_{place}, "
        f"sum(persons) FILTER (WHERE {kind.condition}) AS persons_{place}"
        for place, kind in enumerate(open_kinds)
    )
    judged, bound = judged_sql(held.catalogue, held.on)
    found = definitions.measure(
        store, "proposal_counts", scope, bound, judged=judged, columns=columns or "count(*)"
    ).iloc[0]  # fmt: skip
    counted = {kind.name: (found[f"families_{place}"], found[f"persons_{place}"])
               for place, kind in enumerate(open_kinds)}  # fmt: skip
    decided = _decided(store, scope)
    rows = []
    for kind in kinds.values():
        families, persons = counted.get(kind.name, (None, None))
        rows.append(
            {"name": kind.name, "proposal": kind.proposal, "programme": kind.programme, "title": kind.title,
             "why": kind.why, "families": families, "persons": 0 if families == 0 else persons, "reason": kind.reason}
            | {decision: decided.get((kind.proposal, kind.programme, decision), 0) for decision in DECISIONS}
        )  # fmt: skip
    frame = definitions.integers(pd.DataFrame(rows), ("families", "persons", *DECISIONS))
    return Proposals(scope, definitions.no_nan_text(frame), kinds)


def proposed_families(store: Store, found: Proposals, name: str, held: Held, most: int | None = None) -> pd.DataFrame:
    """The families of one proposal: pseudonym, village (code), name (of the village), size, decile, programmes (what
    the family holds, as text), why, decision, reason, decided_by, decided_at (null: nobody decided yet).

    In the order of `Proposal.order`, then by village and pseudonym; at most `most`. Raises Refused
    `proposal_unavailable` with the reason there is no list.
    """
    kind = found.kinds[name]
    if kind.reason is not None:
        raise Refused("proposal_unavailable", kind.reason)
    judged, bound = judged_sql(held.catalogue, held.on)
    bound |= {"proposal": kind.proposal, "programme": kind.programme, "most": most or 1 << 62}
    steps = {"judged": judged, "condition": kind.condition, "order": kind.order}
    frame = definitions.measure(store, "proposal_list", found.scope, bound, **steps)
    frame = definitions.integers(frame, ("size", "decile"))
    names = {bits: ", ".join(set_names(held.catalogue, bits)) or "tidak ada" for bits in frame["held"].unique()}
    return frame.assign(programmes=frame["held"].map(names), why=kind.why).drop(columns="held")


def decide(
    store: Store, pseudonyms: Sequence[str], kind: Proposal, decision: str, reason: str, decided_by: str
) -> None:
    """Keep a decision on some families of a proposal; earlier ones stay in the table, the newest counts.

    Raises Refused `decision_unknown`, `decider_missing`, `reason_missing` (a rejection says why), `review_personal`
    (a number of 16 digits), `review_too_long`, `family_unknown`.
    """
    reason, decided_by = " ".join(reason.split()), " ".join(decided_by.split())
    if decision not in DECISIONS:
        raise Refused("decision_unknown", f"Pilih salah satu keputusan: {', '.join(DECISIONS.values())}.")
    if not decided_by:
        raise Refused("decider_missing", "Isi dahulu siapa yang memutuskan, misalnya tim verval desa.")
    if decision == "rejected" and not reason:
        raise Refused("reason_missing", "Isi dahulu alasan penolakan, supaya usulan yang sama tidak diulang.")
    for text in (reason, decided_by):
        if len(text) > _LONGEST:
            raise Refused("review_too_long", f"Singkatkan isian hingga paling banyak {_LONGEST} karakter.")
        if _LONG_NUMBER.search(text):
            raise Refused(
                "review_personal", "Alasan dan pemutus tidak boleh memuat NIK atau nomor KK; hapus nomor itu."
            )
    known = store.rows(
        "SELECT DISTINCT pseudonym FROM family WHERE list_contains($given, pseudonym)", {"given": list(pseudonyms)}
    )
    if not pseudonyms or len(known) < len(set(pseudonyms)):
        raise Refused("family_unknown", "Pilih dahulu keluarga dari daftar usulan, lalu simpan kembali.")
    now = datetime.now(UTC).replace(tzinfo=None)
    with store.transaction() as cursor:
        cursor.executemany(
            "INSERT INTO review VALUES (?, ?, ?, ?, ?, ?, ?)",
            [[each, kind.programme, kind.proposal, decision, reason or None, decided_by, now] for each in pseudonyms],
        )


def _decided(store: Store, scope: Scope) -> dict[tuple[str, str, str], int]:
    sql = definitions.sql_text("proposal_decisions").format(region=definitions.region_sql("f.village_code"))
    rows = store.rows(sql, {"snapshot_id": scope.snapshot_id, "region": scope.region})
    return {(row["proposal"], row["programme"], row["decision"]): row["families"] for row in rows}


# The kinds there are ------------------------------------------------------------------------------


def _kinds(store: Store, held: Held) -> list[Proposal]:
    found = [_revocation(held, name, rule) for name, rule in rules(held.on).items() if isinstance(rule, Forbidden)]
    ruled = [code for code in held.catalogue.codes if entry(code).rule(held.on) and not entry(code).closed]
    found += [_into(held, code) for code in ruled]
    found += [_out_of(held, code) for code in ruled]
    return [*found, _into_register(store, held)]


def _revocation(held: Held, name: str, rule: Forbidden) -> Proposal:
    known = held.catalogue
    if rule.others:
        condition = f"(clash & {clash_rules(held.on)[name][0]}) <> 0"
        missing = known.absent(rule.others) if not set(rule.others) & known.loaded else []
    else:
        condition = f"(held & {known.bit(rule.programme)}) <> 0 AND decile > {rule.beyond_decile}"
        missing = []
    missing = known.absent([rule.programme]) + missing
    return Proposal(f"revoke_{name}", "revoke", rule.programme, f"Cabut {rule.programme}", rule.title, condition,
                    absent_text(missing) if missing else None)  # fmt: skip


def _into(held: Held, code: str) -> Proposal:
    known, rule = held.catalogue, entry(code).rule(held.on)
    assert rule is not None
    condition = (
        f"extreme AND decile BETWEEN {rule.deciles[0]} AND {rule.deciles[1]} AND (has & {known.bit(code)}) <> 0 "
        f"AND (held & {known.open_bits}) = 0"
    )
    why = f"Miskin ekstrem, layak ({rule_text(rule)}), dan belum menerima program apa pun"
    return Proposal(f"in_{code}", "propose_in", code, f"Masukkan ke {code}", why, condition, _no_list(held, code))


def _out_of(held: Held, code: str) -> Proposal:
    rule = entry(code).rule(held.on)
    assert rule is not None
    condition = f"(held & {held.catalogue.bit(code)}) <> 0 AND decile > {rule.deciles[1]}"
    why = f"Menerima {code}, sedangkan desilnya di atas sasaran program (desil {rule.deciles[0]}–{rule.deciles[1]})"
    absent = absent_text([code]) if code not in held.catalogue.loaded else None
    return Proposal(f"out_{code}", "propose_out", code, f"Keluarkan dari {code}", why, condition, absent)


def _into_register(store: Store, held: Held) -> Proposal:
    rung = ladder(store, held.scope, held=held).rows.set_index("class").loc["neither"]
    condition = f"extreme AND (held & {held.catalogue.open_bits}) = 0"
    reason: Any = BY_NAME if held.scope.definition == "pmt_line" else rung["reason"]
    why = "Miskin ekstrem dan belum ada dalam daftar program pusat, daerah, atau desa"
    return Proposal("register", "propose_register", REGISTER, "Usulkan ke basis data", why, condition, reason)


def _no_list(held: Held, code: str) -> str | None:
    if held.scope.definition == "pmt_line":
        return BY_NAME
    if code not in held.catalogue.loaded:
        return absent_text([code])
    return None if held.status_known else "Status miskin ekstrem keluarga belum diketahui menurut definisi ini."

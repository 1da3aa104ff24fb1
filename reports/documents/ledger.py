"""The only place where a number becomes part of a document: it gets its id, its words and its protection here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analytics.text import UNKNOWN, about, known, money, number, percent, rupiah
from reports.disclosure import smallest_whole
from reports.documents.blocks import Fact
from reports.documents.door import Count, Door, Published

HIDDEN = "*"


@dataclass
class Ledger:
    """Numbers of one document. Every method gives a `Fact`; the same id twice with another text is a ValueError.

    Whatever counts families or persons goes through `people`, `split`, `tree` or `persons_of`, which apply the door;
    rates and rupiah of people are made of facts that went through it (`rate`, `cost`), never of true counts. `figure`
    is for numbers that count nobody: official figures, villages, years, quotas, unit costs.
    """

    door: Door
    written: dict[str, Fact] = field(default_factory=dict)

    def people(self, id: str, value: Count, label: str, unit: str, source: str) -> Fact:
        """A count of families or persons that stands alone."""
        return self.published(id, self.door.count(value), label, unit, source)

    def split(
        self,
        ids: Sequence[str],
        whole: Count,
        parts: Sequence[Count],
        labels: Sequence[str],
        unit: str,
        source: str,
        families: Sequence[Fact] = (),
        around: Fact | None = None,
    ) -> list[Fact]:
        """Counts that exclude each other and add up to a whole that is printed too (by `people`).

        families: of parts that count persons, the families they live in; where those are hidden, so are they. around:
        a count all of them are part of; where it is hidden, so are they.
        """
        if around is not None and around.text == HIDDEN:
            shown = [Published(None, hidden=bool(known(part))) for part in parts]
        else:
            shown = self.door.parts(whole, parts, [fact.text == HIDDEN for fact in families])
        return [
            self.published(id, part, label, unit, source) for id, part, label in zip(ids, shown, labels, strict=True)
        ]

    def tree(
        self, ids: Mapping[str, str], counts: Mapping[str, Count], parents: Mapping[str, str | None],
        labels: Mapping[str, str], unit: str, source: str, families: Mapping[str, Fact] | None = None,
        edge: float | None = None,
    ) -> dict[str, Fact]:  # fmt: skip
        """Counts of places within places (`Door.tree`, edge too), all printed; keys as in `counts`.

        families: of counts of persons, the families they live in; where those are hidden, so are they.
        """
        hidden = frozenset(key for key, fact in (families or {}).items() if fact.text == HIDDEN)
        shown = self.door.tree(counts, parents, hidden, edge=edge)
        return {key: self.published(ids[key], shown[key], labels[key], unit, source) for key in counts}

    def persons_of(self, families: Fact, id: str, persons: Count, label: str, source: str) -> Fact:
        """The members of families that were counted before: hidden where those are."""
        return self.within(families, id, persons, label, "jiwa", source)

    def within(self, around: Fact, id: str, value: Count, label: str, unit: str, source: str) -> Fact:
        """A count of some of those that were counted before (no whole of it is printed): hidden where those are, or it
        would say how many they are at least. So is a zero: beside a hidden one it would tell the two apart."""
        hidden = around.text == HIDDEN and known(value)
        return self.published(
            id, Published(None, hidden=True) if hidden else self.door.count(value), label, unit, source
        )

    def rate(self, id: str, part: Fact, whole: Fact, label: str, source: str, digits: int = 0) -> Fact:
        """A share of two printed counts; hidden where either is, not known where the whole is so small that
        rounding would move the share too far (`disclosure.smallest_whole`)."""
        if HIDDEN in (part.text, whole.text):
            return self._add(Fact(id, HIDDEN, None, "bagian", label, source))
        enough = known(whole.value) and whole.value >= smallest_whole(self.door.step)  # type: ignore[operator]
        share = part.value / whole.value if enough and known(part.value) else None  # type: ignore[operator]
        # Of two rounded counts a part may come out above its whole.
        share = min(share, 1.0) if share is not None else None
        return self._add(Fact(id, percent(share, digits), share, "bagian", label, source))

    def cost(self, id: str, count: Fact, each: float | None, label: str, source: str) -> Fact:
        """Rupiah for a printed count at so much each: exact rupiah would give the count away."""
        if count.text == HIDDEN:
            return self._add(Fact(id, HIDDEN, None, "rupiah", label, source))
        money = count.value * each if known(count.value) and known(each) else None  # type: ignore[operator]
        return self._add(Fact(id, rupiah(money), money, "rupiah", label, source))

    def figure(
        self, id: str, value: float | None, label: str, unit: str, source: str, *, text: str | None = None,
        digits: int = 0, human: bool = False,
    ) -> Fact:  # fmt: skip
        """A number that counts nobody. text: as it is to be printed; else by its unit."""
        if text is None:
            if not known(value):
                text = UNKNOWN
            elif unit == "rupiah":
                text = rupiah(value)
            else:
                text = percent(value, digits) if unit == "bagian" else number(value, digits)
        return self._add(Fact(id, text, value if known(value) else None, unit, label, source, human))

    def about(self, fact: Fact) -> Fact:
        """A printed count or sum as it is said aloud, `10.430` as `10.400` and `Rp1.377.300.000` as `Rp1,4 miliar`; one
        that needs no rounding stays itself."""
        said = money(fact.value) if fact.unit == "rupiah" else about(fact.value)
        if fact.text == HIDDEN or said == fact.text or not known(fact.value):
            return fact
        value = fact.value if fact.unit == "rupiah" else float(said.replace(".", ""))
        return self._add(replace(fact, id=f"{fact.id}/about", text=said, value=value))

    def quote(self, id: str, fact: Fact) -> Fact:
        """A number of another document as that one prints it."""
        return self._add(replace(fact, id=id))

    def total(self, id: str, facts: Sequence[Fact], label: str, unit: str, source: str) -> Fact:
        """The sum of printed counts; hidden and unknown ones are left out, and without any it is not known."""
        shown = [fact.value for fact in facts if fact.value is not None]
        return self.figure(id, sum(shown) if shown else None, label, unit, source)

    def difference(self, id: str, now: Fact, before: Fact, label: str, source: str) -> Fact:
        """What a printed count is more (`+120`) or less (`−120`) than another: hidden where either is, never of true
        counts, which would tell more than the two that stand beside it."""
        if HIDDEN in (now.text, before.text):
            return self._add(Fact(id, HIDDEN, None, now.unit, label, source))
        if now.value is None or before.value is None:
            return self._add(Fact(id, UNKNOWN, None, now.unit, label, source))
        apart = now.value - before.value
        sign = "+" if apart > 0 else "−" if apart < 0 else ""
        return self._add(Fact(id, f"{sign}{number(abs(apart))}", apart, now.unit, label, source))

    def published(self, id: str, shown: Published, label: str, unit: str, source: str) -> Fact:
        """A count as the door gave it."""
        text = HIDDEN if shown.hidden else number(shown.value)
        return self._add(Fact(id, text, shown.value, unit, label, source))

    def _add(self, fact: Fact) -> Fact:
        before = self.written.setdefault(fact.id, fact)
        if replace(before, label=fact.label, source=fact.source) != fact:
            raise ValueError(f"two numbers under the id {fact.id}: {before.text} and {fact.text}")
        return before

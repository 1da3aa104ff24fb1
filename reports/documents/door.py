"""Which counts of families and persons a document may print, so that no two of its numbers give away a third.

1. A count of 1 to threshold - 1 is hidden; a shown one is the nearest multiple of the base, never 0 (a true 0 is 0).
   The same count prints the same in every table and every document: comparing two tells nothing.
2. Persons are hidden where their families are.
3. Where parts and their whole are both printed (villages of a district, districts of a regency, classes of the
   extreme poor), a hidden part can be bounded from both sides. As long as one of the values 1 to threshold - 1 is
   ruled out, the smallest shown part is hidden as well, then zeros, then the whole; hidden ones look alike. This
   holds even against a reader who knows every whole exactly (see `tree.py`).
4. The public level is made from what the official level shows, rounded again: beside an official document a public
   one adds nothing.

Wholes are the true counts, rounded: 10.432 prints as 10.430, whatever villages were hidden below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analytics.text import known
from data.reference import parameter
from reports.disclosure import smallest_whole
from reports.documents.blocks import Level
from reports.documents.tree import Tree

Count = float | int | None


@dataclass(frozen=True)
class Published:
    """value: as printed; null = hidden or not known. hidden: tells the two apart."""

    value: int | None
    hidden: bool = False


@dataclass(frozen=True)
class Door:
    """threshold, base: of the official level; wide_*: of the public one, multiples of them."""

    level: Level
    threshold: int
    base: int
    wide_threshold: int
    wide_base: int

    def count(self, value: Count) -> Published:
        """A count that stands alone. Fractions (expected numbers) are made whole first."""
        if value is None or pd.isna(value):
            return Published(None)
        whole = round(value)
        if 0 < whole < self.threshold:
            return Published(None, hidden=True)
        shown = _nearest(whole, self.base)
        if self.level == "official":
            return Published(shown)
        if 0 < shown < self.wide_threshold:
            return Published(None, hidden=True)
        return Published(_nearest(shown, self.wide_base))

    def parts(self, whole: Count, parts: Sequence[Count], hidden: Sequence[bool] = ()) -> list[Published]:
        """The parts of a whole that is printed too, by rule 3; in their order. hidden: those hidden already, by rule 2
        (parts that are 0 or not known stay what they are)."""
        around = None if whole is None or pd.isna(whole) else "whole"
        counts: dict[str, Count] = {"whole": whole} if around else {}
        counts |= {str(place): part for place, part in enumerate(parts)}
        already = frozenset(str(place) for place, is_hidden in enumerate(hidden) if is_hidden and known(parts[place]))
        parents = {key: None if key == "whole" else around for key in counts}
        shown = self.tree(counts, parents, already, printed=frozenset({"whole"}))
        return [shown[str(place)] for place in range(len(parts))]

    def tree(
        self, counts: Mapping[str, Count], parents: Mapping[str, str | None],
        hidden: frozenset[str] = frozenset(), printed: frozenset[str] = frozenset(), edge: float | None = None,
    ) -> dict[str, Published]:  # fmt: skip
        """Counts of places within places, all of them printed, by rule 3.

        counts, parents: key -> count, and the place around it (null: none); every place stands before its parts.
        hidden: keys hidden already, by rule 2. printed: keys that are printed elsewhere and cannot be hidden here.
        edge: a bound that innermost places may exceed (pockets); how many do is printed beside the counts.
        """
        whole = {key: round(count) if known(count) else None for key, count in counts.items()}  # type: ignore[arg-type]
        hidden = frozenset(key for key in hidden if whole[key])
        if self.level == "public":
            official = replace(self, level="official").tree(counts, parents, hidden, printed, edge)
            hidden |= {key for key, found in official.items() if found.hidden}
        shown = {key: self.count(count) for key, count in counts.items()}
        small = {key for key, found in shown.items() if found.hidden}
        around = Tree(whole, parents, lambda count: self._range(self.count(count).value or 0), self.small,
                      {*hidden, *small}, printed, edge)  # fmt: skip
        return shown | {key: Published(None, hidden=True) for key in around.close()}

    @property
    def small(self) -> int:
        """Counts of 1 to small - 1 are hidden. On the public level the smallest shown is one that the official level
        rounds up to the threshold (8 prints as 10): hidden here and shown there, it would be known to be 8 or 9."""
        return next(count for count in range(1, self.wide_threshold + 1) if not self.count(count).hidden)

    @property
    def step(self) -> int:
        """Shown counts are multiples of it."""
        return self.base if self.level == "official" else self.wide_base

    def _range(self, shown: int) -> tuple[int, int]:
        """True counts that print as this one."""
        if shown == 0:
            return 0, 0
        around = range(max(shown - 2 * self.step, 1), shown + 2 * self.step)
        alike = [count for count in around if self.count(count).value == shown]
        return alike[0], alike[-1]

    @property
    def note(self) -> str:
        """The rules in Indonesian, to be printed with tables."""
        return (
            f"Tanda * berarti angka disembunyikan untuk melindungi keluarga (1 sampai {self.small - 1}, atau angka "
            f"lain yang dapat membukanya). Angka lain dibulatkan ke kelipatan {self.step}, dan persentase dihitung "
            f"dari angka bulat itu bila dasarnya sedikitnya {smallest_whole(self.step)}; nol berarti tidak ada. "
            "Karena pembulatan, jumlah bagian dapat sedikit berbeda dari keseluruhan."
        )


def door(level: Level) -> Door:
    """The door of a level, by the dated parameters."""
    names = ("disclosure_threshold", "disclosure_base", "disclosure_threshold_public", "disclosure_base_public")
    threshold, base, wide_threshold, wide_base = (int(parameter(name).value) for name in names)
    return Door(level, threshold, base, wide_threshold, wide_base)


def _nearest(count: int, base: int) -> int:
    """Nearest multiple, halves up; a count above 0 gives at least the base."""
    return max(base, (2 * count + base) // (2 * base) * base) if count > 0 else 0

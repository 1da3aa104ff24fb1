"""Which counts of families and persons a document may print, so that no two of its numbers give away a third.

1. A count of 1 to threshold - 1 is hidden; a shown one is the nearest multiple of the base, never 0 (a true 0 is 0).
   The same count prints the same in every table and every document: comparing two tells nothing.
2. Persons are hidden where their families are.
3. Where parts and their whole are both printed (villages of a district, classes of the extreme poor), whoever knows
   the rounding can bound a hidden part from both sides. As long as one of the values 1 to threshold - 1 is ruled out
   for a hidden part, the smallest shown part is hidden as well; hidden ones look alike.
4. The public level is made from what the official level shows, rounded again: beside an official document a public
   one adds nothing.

Wholes are the true counts, rounded: 10.432 prints as 10.430, whatever villages were hidden below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.reference import parameter
from reports.documents.blocks import Level

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
        shown = [self.count(part) for part in parts]
        for place, is_hidden in enumerate(hidden):
            if is_hidden and shown[place].value:
                shown[place] = Published(None, hidden=True)
        if whole is None or pd.isna(whole) or not any(part.hidden for part in shown):
            return shown
        while self._tells(self.count(whole), shown):
            left = [place for place, part in enumerate(shown) if part.value]
            if not left:
                break
            shown[min(left, key=lambda place: (shown[place].value or 0, place))] = Published(None, hidden=True)
        return shown

    def _tells(self, whole: Published, parts: Sequence[Published]) -> bool:
        """Whether the whole rules out one of the values 1 to threshold - 1 for a hidden part."""
        if whole.value is None:
            return False
        hidden = sum(part.hidden for part in parts)
        low, high = self._range(whole.value)
        ranges = [self._range(part.value) for part in parts if part.value is not None]
        unknown = any(part.value is None and not part.hidden for part in parts)
        most = high - sum(low for low, _ in ranges) - (hidden - 1)
        # A second hidden part may be any size: it was perhaps hidden for the first one's sake.
        least = low - sum(high for _, high in ranges) if hidden == 1 and not unknown else 1
        return least > 1 or most < self.small - 1

    @property
    def small(self) -> int:
        """Counts below are hidden."""
        return self.threshold if self.level == "official" else self.wide_threshold

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
            f"lain yang dapat membukanya). Angka lain dibulatkan ke kelipatan {self.step}; nol berarti tidak ada. "
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

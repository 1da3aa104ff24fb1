"""Counts of places within places that are printed together: which ones must be hidden beside the small ones.

Protects against a reader who knows the rules, the *exact* value of every printed whole (districts, regency) and the
rounding of every printed part. Each whole then gives one equation over what lies directly below it, so bounds passed
once up and once down the tree are all that can be known (sums over a tree: no better bounds exist).
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Range = tuple[float, float]
NOTHING: Range = (0, 0)


@dataclass
class Tree:
    """counts: key -> whole number; null = not known, and then part of no sum. parents: key -> the place around it, null
    for the topmost; every parent stands before its parts. shown: true counts that print alike, of a printed part.
    small: counts of 1 to small - 1 are protected. hidden: keys, those of small counts among them; grows. fixed: keys
    that cannot be hidden any more (printed elsewhere). edge: the reader may know of every innermost place whether it
    exceeds it, hidden or not (how many do is printed); null without."""

    counts: Mapping[str, int | None]
    parents: Mapping[str, str | None]
    shown: Callable[[int], Range]
    small: int
    hidden: set[str]
    fixed: frozenset[str] = frozenset()
    edge: float | None = None

    def __post_init__(self) -> None:
        self.parts: dict[str | None, list[str]] = {}
        for key, parent in self.parents.items():
            self.parts.setdefault(parent, []).append(key)
        self.given = frozenset(self.hidden)

    def close(self) -> set[str]:
        """Hides more until nothing hidden is given away, or nothing is left to hide."""
        while True:
            upward, known = self._known()
            hidden = [key for key in self.counts if key in self.hidden]
            # What its own parts tell of a place is mended below it, deepest first; the rest beside it.
            below = [key for key in reversed(hidden) if key in self.parts and self._told(key, upward[key])]
            beside = [self.parents[key] for key in hidden if self._told(key, known[key])]
            if not any(self._hide_below(whole) for whole in (*below, *beside)):
                return self.hidden

    def _told(self, key: str, known: Range) -> bool:
        """Whether a hidden count is known too well: one of 1 to small - 1 ruled out, or a larger one (persons of few
        families) within fewer values than those."""
        count, (low, high) = self.counts[key], known
        if not count:
            return False
        if count < self.small:
            return low > 1 or high < self.small - 1
        return key in self.given and high - low < self.small - 2

    def _hide_below(self, whole: str | None) -> bool:
        """One more below a whole: the smallest of its parts; else of the parts of hidden ones; else all zeros there;
        else the whole itself."""
        near = [key for key in self.parts[whole] if key not in self.hidden]
        seen = near + [key for key in self._below_hidden(whole) if key not in near]
        for some in (near, seen):
            if more := [key for key in some if self.counts[key]]:
                self.hidden.add(min(more, key=lambda key: (self.counts[key] or 0, key)))
                return True
        if zeros := [key for key in seen if self.counts[key] == 0]:
            for key in zeros:
                self._hide_all(key)
            return True
        if whole is None or whole in self.fixed:
            return False
        if whole not in self.hidden:
            self.hidden.add(whole)
            return True
        return self._hide_below(self.parents[whole])

    def _below_hidden(self, whole: str | None) -> Iterator[str]:
        """What is shown below a whole, with nothing but hidden ones between."""
        for key in self.parts.get(whole, ()):
            if key not in self.hidden:
                yield key
            else:
                yield from self._below_hidden(key)

    def _hide_all(self, key: str) -> None:
        self.hidden.add(key)
        for part in self.parts.get(key, ()):
            self._hide_all(part)

    def _own(self, key: str) -> Range:
        """What is known of a count by its own print."""
        count = self.counts[key]
        if count is None:
            return NOTHING
        if key in self.hidden:
            beside = self.parts[self.parents[key]]
            # Zeros are hidden only where all beside them is; persons (they have an edge) may be known to be some by
            # their families.
            zero_possible = not (count and self.edge is not None) and all(
                other in self.hidden or self.counts[other] is None for other in beside
            )
            return self._beside_edge(key, (0 if zero_possible else 1, math.inf))
        if key not in self.parts:
            return self._beside_edge(key, self.shown(count))
        # Expected numbers are made whole one by one and may miss their sum by a little.
        total = sum(self.counts[part] or 0 for part in self.parts[key])
        return min(count, total), max(count, total)

    def _beside_edge(self, key: str, known: Range) -> Range:
        """What is known, on the count's own side of the edge."""
        if self.edge is None or key in self.parts:
            return known
        over = math.floor(self.edge) + 1
        low, high = known
        return (max(low, over), high) if (self.counts[key] or 0) >= over else (low, min(high, over - 1))

    def _known(self) -> tuple[dict[str, Range], dict[str, Range]]:
        """Bounds from below (a place and its parts), and from everywhere."""
        upward: dict[str, Range] = {}
        for key in reversed(list(self.counts)):
            parts = self.parts.get(key)
            own = self._own(key)
            if parts:
                sums = sum(upward[part][0] for part in parts), sum(upward[part][1] for part in parts)
                own = max(own[0], sums[0]), min(own[1], sums[1])
            upward[key] = own
        known: dict[str, Range] = {}
        for key in self.counts:
            parent, (low, high) = self.parents[key], upward[key]
            if parent is not None:
                others = [upward[part] for part in self.parts[parent] if part != key]
                low = max(low, known[parent][0] - sum(most for _, most in others))
                high = min(high, known[parent][1] - sum(least for least, _ in others))
            known[key] = low, high
        return upward, known

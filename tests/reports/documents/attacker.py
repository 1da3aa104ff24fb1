"""A reader who knows the rules and wants a hidden count: every printed number as a linear programme.

Shares nothing with the door: what a print says of a count is found by trying counts under the rules in words.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np

MANY = 3000  # counts tried for what a print may mean


def said(count: int, public: bool) -> str:
    """The rules in words: 1 to 4 hidden, else the nearest 5, halves up; the public one from that, hidden below 10, to
    the nearest 10."""
    if count == 0:
        return "0"
    if count < 5:
        return "*"
    near = 5 * ((count + 2) // 5)
    if not public:
        return str(near)
    return "*" if near < 10 else str(10 * ((near + 5) // 10))


@cache
def _meaning(public: bool) -> dict[str, tuple[int, int]]:
    found: dict[str, list[int]] = {}
    for count in range(MANY):
        found.setdefault(said(count, public), []).append(count)
    return {text: (counts[0], counts[-1]) for text, counts in found.items()}


def meaning(text: str, public: bool) -> tuple[int, int]:
    """Smallest and largest count that a shown number may stand for (to within MANY)."""
    digits = text.replace(".", "")
    if digits in _meaning(public):
        return _meaning(public)[digits]
    shown, base = int(digits), 10 if public else 5
    return shown - base, shown + base


class Attack:
    """Counts with bounds, sums and inequalities; `range` is what can be known of one."""

    def __init__(self) -> None:
        self.bounds: dict[str, tuple[float, float]] = {}
        self.sums: list[tuple[str, list[str]]] = []
        self.less: list[tuple[str, str]] = []

    def knows(self, name: str, low: float, high: float = np.inf) -> None:
        """Narrows what was known already."""
        before = self.bounds.get(name, (0, np.inf))
        self.bounds[name] = max(before[0], low), min(before[1], high)

    def adds_up(self, whole: str, parts: Iterable[str]) -> None:
        self.sums.append((whole, list(parts)))

    def at_most(self, part: str, whole: str) -> None:
        self.less.append((part, whole))

    def range(self, name: str) -> tuple[float, float]:
        """Bounds of one count under everything known. ValueError where that is contradictory."""
        from scipy.optimize import linprog
        from scipy.sparse import lil_matrix

        names = {known: at for at, known in enumerate(self.bounds)}
        equal, below = lil_matrix((len(self.sums), len(names))), lil_matrix((len(self.less), len(names)))
        for row, (whole, parts) in enumerate(self.sums):
            equal[row, names[whole]] = 1
            for part in parts:
                equal[row, names[part]] = -1
        for row, (part, whole) in enumerate(self.less):
            below[row, names[part]], below[row, names[whole]] = 1, -1
        found = []
        for sign in (1, -1):
            goal = np.zeros(len(names))
            goal[names[name]] = sign
            solved = linprog(
                goal, A_eq=equal.tocsr() if self.sums else None, b_eq=np.zeros(len(self.sums)) if self.sums else None,
                A_ub=below.tocsr() if self.less else None, b_ub=np.zeros(len(self.less)) if self.less else None,
                bounds=list(self.bounds.values()), method="highs",
            )  # fmt: skip
            if solved.status == 2:
                raise ValueError(f"what is known of {name} contradicts itself")
            found.append(sign * solved.fun if solved.status == 0 else np.inf)
        return found[0], found[1]


def places(attack: Attack, kind: str, printed: dict[str, str], parents: dict[str, str | None], public: bool) -> None:
    """Counts of places within places as printed (place -> text), and their sums. A hidden one is at least 1, but 0 too
    where everything beside it is hidden: zeros are hidden only there."""
    for place, parent in parents.items():
        text = printed.get(place)
        beside = [printed.get(other) for other in parents if parents[other] == parent]
        if text is None:
            attack.knows(f"{kind}/{place}", 0)
        elif text == "*":
            attack.knows(f"{kind}/{place}", 0 if all(other == "*" for other in beside) else 1)
        else:
            attack.knows(f"{kind}/{place}", *meaning(text, public))
    for whole in parents:
        parts = [place for place, parent in parents.items() if parent == whole]
        if parts:
            attack.adds_up(f"{kind}/{whole}", [f"{kind}/{part}" for part in parts])

"""What changed since an earlier delivery, in numbers that documents of either delivery print.

Numbers of then are those of a document of the earlier delivery (its own ledger, its own hiding), numbers of now those
of this one. Where the two hold the same villages, wholes are compared; else the sum of villages printed for both, so
that a comparison tells nothing beyond the two lists of villages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from analytics.catalogue import Head
from analytics.change import FIGURES, Change, Since, change
from analytics.text import day, known
from data.errors import Refused
from reports.documents.blocks import Fact, Missing
from reports.documents.material import Material
from reports.documents.shared_missed import without_programme
from reports.documents.shared_places import PlaceFacts
from reports.documents.shared_programmes import place_programmes, village_recipients
from reports.documents.shared_size import size

PRINTED = "Selisih kedua angka yang tercetak"
OTHER_VILLAGES = "Desa dalam kedua data tidak sama."
NONE = {
    "before": Missing("Belum ada data bertanggal lebih awal, sehingga perubahan belum dapat dihitung.",
                      "Muat data lama di halaman Data, beserta tanggalnya."),
    "last_year": Missing("Data tahun lalu belum ada, sehingga perubahan dalam setahun belum dapat dihitung.",
                         "Muat data tahun lalu di halaman Data, beserta tanggalnya."),
}  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """One number then and now, and how far apart they are printed. reason: why there is none (Indonesian), else null;
    the three facts are null with it."""

    key: str
    title: str
    unit: str
    before: Fact | None
    now: Fact | None
    difference: Fact | None
    reason: str | None


@dataclass(frozen=True)
class VillageMoved:
    """A pocket that was none, or the other way round; persons then and now, both of them shown."""

    name: str
    district: str
    before: Fact
    now: Fact


@dataclass(frozen=True)
class ChangeFacts:
    """then, today: dates of the two deliveries in words. figures: in the order of `analytics.change.FIGURES`.
    programmes: families that receive it, of those both know. compared: villages both hold. only_now, only_before:
    villages one lacks; left_out: those of both whose extreme poor are not printed for both (0 where wholes are
    compared). key: the start of ids of this comparison."""

    before: Head
    then: str
    today: str
    key: str
    figures: tuple[Moved, ...]
    programmes: tuple[Moved, ...]
    entered: tuple[VillageMoved, ...]
    left: tuple[VillageMoved, ...]
    compared: Fact
    only_now: Fact
    only_before: Fact
    left_out: Fact

    @property
    def same_villages(self) -> bool:
        return not self.only_now.value and not self.only_before.value

    def figure(self, key: str) -> Moved:
        """One of `figures`."""
        return next(moved for moved in self.figures if moved.key == key)


def changes(material: Material, since: Since) -> ChangeFacts | Missing:
    """The change since a delivery there was at the document's moment; what is missing where there is none."""
    before = material.earlier(since)
    if before is None:
        return NONE[since]
    try:
        found = change(material.store, material.scope, before.snapshot_id, material.on)
        return _Comparison(material, before, found).facts()
    except Refused as refused:  # the earlier data lack what the definition asks
        return Missing(f"Perubahan sejak data per {day(before.source_date)} belum dapat dihitung.", refused.message)


class _Comparison:
    def __init__(self, material: Material, before: Head, found: Change):
        self.material, self.found, self.before = material, found, before
        then = replace(material.scope, snapshot_id=before.snapshot_id)
        self.was = Material(material.store, then, material.year, material.level, material.moment)
        self.key = f"change/{before.snapshot_id}"
        self.same = not found.only_now and not found.only_before
        self.both = [code for code in found.both if code in material.places and code in self.was.places]

    def facts(self) -> ChangeFacts:
        found, number = self.found, self.material.ledger.figure
        shown = [code for code in self.both if _all_known(self._at(code, "persons"))]

        def villages(name: str, value: int, label: str) -> Fact:
            return number(f"{self.key}/villages/{name}", value, label, "desa", "Desa dalam kedua data")

        return ChangeFacts(
            before=self.before,
            then=day(self.before.source_date),
            today=day(found.now.source_date),
            key=self.key,
            figures=tuple(self._figure(name) for name in FIGURES),
            programmes=tuple(self._programmes()),
            entered=self._villages("entered"),
            left=self._villages("left"),
            compared=villages("both", len(found.both), "Desa yang dibandingkan"),
            only_now=villages("only_now", found.only_now, "Desa yang hanya ada sekarang"),
            only_before=villages("only_before", found.only_before, "Desa yang hanya ada sebelumnya"),
            left_out=villages("left_out", 0 if self.same else len(self.both) - len(shown), "Desa yang tidak ikut"),
        )

    def _figure(self, name: str) -> Moved:
        row = self.found.figure(name)
        if row["reason"]:
            return Moved(name, *FIGURES[name], None, None, None, row["reason"])
        if name in ("persons", "families"):
            return self._people(name)
        if name == "pockets":
            return self._pockets(row)
        if not self.same:
            return Moved(name, *FIGURES[name], None, None, None, OTHER_VILLAGES)
        return self._moved(name, *FIGURES[name], without_programme(self.was), without_programme(self.material))

    def _people(self, name: str) -> Moved:
        """Families or persons."""
        if self.same:
            region = self.material.scope.region
            was, now = self._at(region, name)
        else:
            was, now = self._sums(name, FIGURES[name][1], {code: self._at(code, name) for code in self.both})
        return self._moved(name, *FIGURES[name], was, now)

    def _at(self, place: str, name: str) -> tuple[Fact, Fact]:
        pair: tuple[PlaceFacts, PlaceFacts] = self.was.places[place], self.material.places[place]
        return getattr(pair[0], name), getattr(pair[1], name)

    def _pockets(self, row: Mapping[str, object]) -> Moved:
        if self.same:
            return self._moved("pockets", *FIGURES["pockets"], size(self.was).pockets, size(self.material).pockets)
        was, now = (
            self.material.ledger.figure(f"{self.key}/pockets/{when}", row[when], f"Desa kantong, {words}", "desa",  # type: ignore[arg-type]
                                        self.found.scope.definition)
            for when, words in (("before", "sebelumnya"), ("now", "sekarang"))
        )  # fmt: skip
        return self._moved("pockets", *FIGURES["pockets"], was, now)

    def _programmes(self) -> list[Moved]:
        names = self.found.programmes.set_index("programme")["name"]
        pairs = self._whole_programmes() if self.same else self._summed_programmes()
        return [
            self._moved(f"programmes/{code}", str(names[code]), "keluarga", *pair)
            for code, pair in pairs.items()
            if code in names.index
        ]

    def _whole_programmes(self) -> dict[str, tuple[Fact, Fact]]:
        was, now = ({row.programme: row.recipients for row in place_programmes(of)} for of in (self.was, self.material))
        return {code: (was[code], fact) for code, fact in now.items() if code in was}

    def _summed_programmes(self) -> dict[str, tuple[Fact, Fact]]:
        was, now = village_recipients(self.was), village_recipients(self.material)
        return {
            code: self._sums(f"programmes/{code}", "keluarga", {
                village: (was[code][village], fact) for village, fact in of.items()
                if village in self.both and village in was[code]
            })
            for code, of in now.items() if code in was
        }  # fmt: skip

    def _sums(self, name: str, unit: str, pairs: Mapping[str, tuple[Fact, Fact]]) -> tuple[Fact, Fact]:
        """Over the villages both of whose numbers are printed."""
        shown = [pair for pair in pairs.values() if _all_known(pair)]
        label = f"Jumlah desa yang tercetak dalam kedua data, {name}"
        total: Callable[..., Fact] = self.material.ledger.total
        return (
            total(f"{self.key}/{name}/before", [was for was, _ in shown], label, unit, PRINTED),
            total(f"{self.key}/{name}/now", [now for _, now in shown], label, unit, PRINTED),
        )

    def _moved(self, name: str, title: str, unit: str, was: Fact, now: Fact) -> Moved:
        """was: a fact of either ledger; one of the earlier data's own comes under an id that says so."""
        ledger = self.material.ledger
        if ledger.written.get(was.id) is not was:
            was = ledger.quote(f"earlier/{self.before.snapshot_id}/{was.id}", was)
        apart = ledger.difference(f"{self.key}/{name}/difference", now, was, f"Selisih: {title}", PRINTED)
        return Moved(name, title, unit, was, now, apart, None)

    def _villages(self, which: str) -> tuple[VillageMoved, ...]:
        rows = getattr(self.found, which).to_dict("records")
        found = []
        for row in rows:
            was, now = self._at(str(row["village"]), "persons")
            if not _all_known((was, now)):  # that it moved would say on which side of the threshold it lies
                continue
            was = self.material.ledger.quote(f"earlier/{self.before.snapshot_id}/{was.id}", was)
            name = str(row["name"]) if known(row["name"]) else str(row["village"])
            found.append(VillageMoved(name, str(row["district"]) if known(row["district"]) else "", was, now))
        return tuple(found)


def _all_known(pair: tuple[Fact, Fact]) -> bool:
    return all(fact.value is not None for fact in pair)

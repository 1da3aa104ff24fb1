"""A register's profile in the making: family, person and recipient files of one delivery, and what the source is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from data.columns import Column, file_columns
from data.headers import header_key
from data.load_register import canonical_columns
from data.mapping import YES_NO
from data.profile_draft import ID, PIECES, Draft, DraftKind, TableDraft, value_lists, with_proposals
from data.profiles import known_headers, spellings, value_key
from data.reading import StagedTable, stage
from data.reference import programmes
from data.store import Store

KINDS: tuple[DraftKind, ...] = get_args(DraftKind)
RankArea = Literal["national", "province", "regency"]
AREAS: tuple[RankArea, ...] = get_args(RankArea)
PER_DECILE = 10  # percentiles in a decile
_PLACES = tuple(f"{level}_name" for level in ("province", "regency", "district", "village"))
# Fields no canonical table has as a column: ids, names, places; they go to tables and rules of their own.
_BESIDE: dict[DraftKind, tuple[str, ...]] = {
    "family": (ID, "village_code", *PIECES, *_PLACES, "kk", "head_nik", "head_name", "address"),
    "person": (ID, "nik", "name"),
    "recipients": ("programme", "nik", "kk", ID, "period_from", "period_to", "period"),
}
_TYPED = {"active": "BOOLEAN", "period_from": "DATE", "period_to": "DATE"}
_WHOSE = {"family": "keluarga", "person": "anggota", "recipients": "penerima"}


@dataclass(frozen=True)
class RegisterDraft(Draft):
    """unit, frame, frame_share (0 to 1), rank_area, programme_date: as in a profile. rank_area: whose deciles are the
    recorded rank; None where there is none."""

    unit: Literal["family", "household"] = "family"
    frame: Literal["full", "truncated"] = "full"
    frame_share: float | None = None
    rank_area: RankArea | None = None
    programme_date: date | None = None

    def areas(self) -> tuple[RankArea, ...]:
        """Areas the recorded rank can have been made for, by the columns chosen."""
        fields = family.fields if (family := self.table("family")) else {}
        if mapped := tuple(area for area in AREAS if f"decile_{area}" in fields):
            return mapped
        return AREAS if "percentile_recorded" in fields else ()

    def lacking(self) -> list[str]:
        missing = super().lacking()
        if self.table("person") and not self.table("family"):
            missing.append("Berkas anggota tidak dapat dimuat sendiri; pilih juga berkas keluarganya.")
        if self.frame == "truncated" and not self.frame_share:
            missing.append("Isi berapa persen penduduk yang dimuat berkas ini.")
        if self.areas() and self.rank_area not in self.areas():
            missing.append("Pilih wilayah yang desilnya dipakai sebagai peringkat.")
        if clash := self._clash():
            missing.append(f"Isian “{clash}” berarti ya pada satu kolom program dan tidak pada kolom lain; samakan.")
        return missing

    def lacking_of(self, table: TableDraft) -> list[str]:
        missing = super().lacking_of(table)
        on = f"Berkas {_WHOSE[table.kind]}: "
        if table.kind == "recipients":
            if "programme" not in table.fields:
                missing.append(f"{on}pilih kolom nama program.")
            if not {ID, "kk", "nik"} & set(table.fields):
                missing.append(f"{on}pilih kolom NIK, nomor KK, atau nomor keluarga.")
            return missing
        if ID not in table.fields:
            missing.append(f"{on}pilih kolom nomor keluarga.")
        if table.kind == "family":
            missing += [on + sentence for sentence in _place_lacking(table)]
        elif len(table.fields) < 2:
            missing.append(f"{on}pilih sedikitnya satu kolom lain.")
        return missing

    def about(self) -> dict[str, Any]:
        told: dict[str, Any] = {"unit": self.unit, "frame": self.frame}
        if self.frame == "truncated" and self.frame_share:
            told["frame_share"] = self.frame_share
        if self.rank_area in self.areas():
            told |= {"rank_area": self.rank_area, "recorded_decile": f"decile_{self.rank_area}"}
        if self.programme_date:
            told["programme_date"] = self.programme_date
        words = self._flag_words()
        known = spellings(YES_NO)
        if any(known.get(key, key) != word for key, word in words.items()):
            told["yes_no"] = value_lists(known | words)
        return told

    def table_body(self, table: TableDraft) -> dict[str, Any]:
        body = super().table_body(table)
        if table.kind == "recipients":
            ids = [name for name in (ID, "kk", "nik") if name in table.fields]
            return {"kind": table.kind, "recognise": ["programme"], "recognise_any": ids, "fields": body["fields"]}
        fields = body["fields"]
        decile = f"decile_{self.rank_area}"
        if table.kind == "family" and "percentile_recorded" in fields and self.rank_area and decile not in fields:
            fields[decile] = {"columns": [header_key(table.fields["percentile_recorded"])], "per": PER_DECILE}
        by_card = ID in fields and "sixteen" in table.columns[table.fields[ID]].looks
        if table.kind == "family" and by_card and "kk" not in fields:
            fields["kk"] = fields[ID]  # a list of recipients may name the card
        return body

    def _flag_words(self) -> dict[str, str | None]:
        """Value key -> word over all programme columns."""
        return {
            value_key(spelling): word
            for table in self.tables
            for code in table.programmes
            for spelling, word in table.values.get(code, {}).items()
        }

    def _clash(self) -> str | None:
        """A spelling that two programme columns mean differently: a profile has one list for all of them."""
        seen: dict[str, str | None] = {}
        for table in self.tables:
            for code in table.programmes:
                for spelling, word in table.values.get(code, {}).items():
                    if seen.setdefault(value_key(spelling), word) != word:
                        return spelling
        return None


def stage_unknown(store: Store, path: Path, name: str) -> StagedTable:
    """One file of a delivery as staged text, under the name the user knows. Refused as `data.reading.stage`."""
    return replace(stage(path, store.staging, known_headers()), name=name)


def propose_table(store: Store, kind: DraftKind, columns: dict[str, Column]) -> TableDraft:
    """One file as a file of this kind, with what is proposed for its columns. columns: of `file_columns`."""
    types = dict.fromkeys(_BESIDE[kind], "VARCHAR")
    if kind != "recipients":
        cursor = store.cursor()
        try:
            found = canonical_columns(cursor, kind)
        finally:
            cursor.close()
        types |= {name: sql for name, sql in found.items() if not name.endswith("_text")}
        types |= dict.fromkeys(programmes(), "BOOLEAN")
    types |= {name: sql for name, sql in _TYPED.items() if name in types or (kind, name) == ("person", "active")}
    return with_proposals(TableDraft(kind, columns, types, {}, {}), set())


def likely_kinds(store: Store, files: Sequence[StagedTable]) -> list[DraftKind]:
    """What each file most likely is, in order: the kind that most columns speak for, each kind once where it can be;
    of equals the file with the fewest rows is the one of families."""
    scores: list[tuple[float, int, int, DraftKind]] = []
    for place, staged in enumerate(files):
        columns = file_columns(store, staged)
        for kind in KINDS:
            table = propose_table(store, kind, columns)
            needed = {"family": "village_code", "person": "nik", "recipients": "programme"}[kind]
            score = len(table.fields) / (3 if kind == "recipients" else 10) + (needed in table.fields)
            scores.append((score, -staged.rows_read if kind == "family" else staged.rows_read, place, kind))
    chosen: dict[int, DraftKind] = {}
    for _, _, place, kind in sorted(scores, reverse=True, key=lambda entry: entry[:2]):
        if place not in chosen and kind not in chosen.values():
            chosen[place] = kind
    if "family" not in chosen.values() and chosen:
        chosen[min(chosen, key=lambda place: files[place].rows_read)] = "family"
    return [chosen.get(place, "person") for place in range(len(files))]


def _place_lacking(table: TableDraft) -> list[str]:
    if not table.pieced:
        return [] if "village_code" in table.fields else ["pilih kolom kode desa, atau keempat potongannya."]
    if not all(name in table.fields for name in PIECES):
        return ["kode desa terpotong; pilih kolom kode provinsi, kabupaten, kecamatan, dan nomor desa."]
    digits = table.piece_digits()
    long = [
        table.fields[name]
        for name, most in zip(PIECES, digits, strict=True)
        if table.columns[table.fields[name]].longest > most
    ]
    if long:
        return [f"potongan kode {', '.join(f'“{header}”' for header in long)} lebih panjang dari {digits} angka."]
    return []

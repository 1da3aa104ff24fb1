"""Which profile a file's headers fit, and why; headers that are all but a known one.

A file that two profiles read is told apart by its own words (`spelled`).
"""

from collections.abc import Callable, Set
from dataclasses import dataclass, replace

from data.errors import Refused
from data.headers import header_key
from data.profiles import KIND_NAMES, Kind, Profile, TableRule, value_key

Spelled = Callable[[str], Set[str]]
NEARLY = 0.8  # share of the best table's columns from which another table's own words may decide for it
CLOSE_HEADER = 90  # rapidfuzz ratio from which an unknown header is taken for a misspelt known one


@dataclass(frozen=True)
class Recognition:
    """What a file was taken for, and why.

    columns: canonical field -> the file's header(s); programmes likewise; close: headers taken for a
    misspelling of a known one; unused: headers no field of the profile reads.
    """

    profile: Profile
    table: TableRule
    columns: dict[str, tuple[str, ...]]
    programmes: dict[str, tuple[str, ...]]
    close: dict[str, str]
    unused: tuple[str, ...]
    why: str

    @property
    def read(self) -> int:
        """How many of the file's columns are read."""
        return _read_count(self)[0]


def recognise(
    headers: tuple[str, ...], profiles: list[Profile], file_name: str = "berkas", spelled: Spelled | None = None
) -> Recognition:
    """The profile table whose required fields the headers satisfy and which reads most of them.

    `spelled(header)` gives the value keys of a column: of tables that read nearly as many columns (NEARLY), the one
    more of whose `signs` are there is taken. Raises Refused `unknown_format`, naming the closest format and what it
    lacks.
    """
    candidates = [_match(headers, profile, table) for profile in profiles for table in profile.tables]
    complete = [found for found in candidates if not _lacking(found)]
    if complete:
        return _by_signs(max(complete, key=_read_count), complete, spelled)
    closest = max(candidates, key=_read_count)
    lacking = ", ".join(_lacking(closest))
    raise Refused(
        "unknown_format",
        f"Judul kolom {file_name} tidak dikenali; yang paling mirip adalah berkas {KIND_NAMES[closest.table.kind]} "
        f"{closest.profile.title}, tetapi kolom ini tidak ada: {lacking}; petakan kolomnya di halaman Data, atau "
        "sertakan profil dari kantor lain (--profile).",
    )


def recognise_kind(
    headers: tuple[str, ...], profile: Profile, kind: Kind, needed: tuple[str, ...] | None = None
) -> Recognition | None:
    """The profile's table of one kind that reads most of the headers; None where fields it is recognised by (`needed`
    instead, where given) are not among them."""
    found = [_match(headers, profile, table) for table in profile.tables if table.kind == kind]
    complete = [
        one for one in found if (not _lacking(one) if needed is None else all(name in one.columns for name in needed))
    ]
    return max(complete, key=_read_count, default=None)


def _by_signs(best: Recognition, complete: list[Recognition], spelled: Spelled | None) -> Recognition:
    """Of the tables that read nearly as much as the best one, that whose own words the file holds; says why."""
    rivals = [
        found
        for found in complete
        if found.table.kind == best.table.kind and found.table.signs and found.read >= NEARLY * best.read
    ]
    if best not in rivals or len(rivals) < 2 or spelled is None:
        return best
    seen = {id(found): _signs_seen(found, spelled) for found in rivals}
    chosen = max(rivals, key=lambda found: (len(seen[id(found)]), *_read_count(found)))
    words = [word for words in seen[id(chosen)].values() for word in words]
    others = {found.profile.title for found in rivals if found is not chosen}
    titles = " atau ".join(sorted(others))
    if words:
        reason = f"isinya khas {chosen.profile.title}, bukan {titles}: {', '.join(f'“{word}”' for word in words[:3])}"
    elif all(chosen.read > found.read for found in rivals if found is not chosen):
        reason = f"kolomnya lebih sesuai daripada {titles}"
    else:
        reason = f"tidak ada isian yang membedakannya dari {titles}, jadi periksa tahun datanya"
    return replace(chosen, why=f"{chosen.why}; {reason}")


def _signs_seen(found: Recognition, spelled: Spelled) -> dict[str, list[str]]:
    """Field -> its signs that stand in the file; fields without any are left out."""
    seen = {}
    for field, signs in found.table.signs.items():
        if field in found.columns:
            there = spelled(found.columns[field][0])
            if words := [sign for sign in signs if value_key(sign) in there]:
                seen[field] = words
    return seen


def _read_count(found: Recognition) -> tuple[int, int]:
    columns = {name for names in [*found.columns.values(), *found.programmes.values()] for name in names}
    return len(columns), -len(found.close)


def _lacking(found: Recognition) -> list[str]:
    table = found.table
    lacking = [table.fields[name].headers[0] for name in table.recognise if name not in found.columns]
    if table.recognise_any and not any(name in found.columns for name in table.recognise_any):
        lacking.append(" atau ".join(table.fields[name].headers[0] for name in table.recognise_any))
    return lacking


def _match(headers: tuple[str, ...], profile: Profile, table: TableRule) -> Recognition:
    by_key: dict[str, str] = {}
    for header in headers:
        by_key.setdefault(header_key(header), header)
    wanted = {key for rule in table.fields.values() for key in rule.headers}
    wanted |= {key for keys in table.programmes.values() for key in keys}
    close = _close_headers({key: header for key, header in by_key.items() if key not in wanted}, wanted - set(by_key))
    by_key = {**{close[header]: header for header in close}, **by_key}

    columns: dict[str, tuple[str, ...]] = {}
    for field, rule in table.fields.items():
        if found := rule.found(by_key):
            columns[field] = found
    flags = {code: tuple(by_key[key] for key in keys if key in by_key) for code, keys in table.programmes.items()}
    flags = {code: found for code, found in flags.items() if found}
    used = {name for names in [*columns.values(), *flags.values()] for name in names}
    why = (
        f"{len(used)} dari {len(headers)} judul kolom dikenal sebagai berkas {KIND_NAMES[table.kind]} {profile.title}"
        f"; penentunya: {', '.join(columns[name][0] for name in table.recognise if name in columns)}"
    )
    return Recognition(
        profile=profile,
        table=table,
        columns=columns,
        programmes=flags,
        close={header: key for header, key in close.items() if header in used},
        unused=tuple(header for header in headers if header not in used),
        why=why,
    )


def _close_headers(leftover: dict[str, str], wanted: set[str]) -> dict[str, str]:
    """Misspelt headers -> the header key they stand for; never where a digit differs or a word more stands.

    `kode_kelurahan_desa_ktp` is no misspelt `kode_kelurahan_desa`: it is another place.
    """
    from rapidfuzz import fuzz, process

    close: dict[str, str] = {}
    taken: set[str] = set()
    for key, header in leftover.items():
        if len(key) < 6:
            continue
        candidates = [
            other
            for other in wanted - taken
            if _digits(other) == _digits(key) and not _words_of(other) < _words_of(key)
        ]
        best = process.extractOne(key, candidates, scorer=fuzz.ratio, score_cutoff=CLOSE_HEADER)
        if best:
            close[header] = best[0]
            taken.add(best[0])
    return close


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _words_of(key: str) -> set[str]:
    return set(key.split("_"))

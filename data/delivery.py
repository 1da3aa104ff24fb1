"""What came in and how its codes are read: parsed, recognised, judged, and not yet in the store."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from data.bridge import BridgeProposal, load_bridge, propose_bridge, read_bridge
from data.codes import LEVELS, clean_village_code_sql
from data.errors import Refused
from data.mapping import MOST_SPELLINGS, Mapper, identifier, source_sql
from data.member_rows import families_of_members
from data.profiles import PROFILES, Profile, find_profiles, known_headers, value_key
from data.reading import StagedTable, stage
from data.recognition import Recognition, recognise, recognise_kind
from data.regions import NAMES_MIN_AGREE, CodeJudgement, ensure_regions, judge_codes
from data.store import Store

Progress = Callable[[float, str], None] | None
PARALLEL_READERS = 2  # child processes at a time: each may take its share of memory
MOST_ELSEWHERE = 0.05  # share of a file's known codes under another regency's names that typing errors explain
LEAST_BRIDGED = 0.5  # share of a file's codes a bridge must cover; below it the bridge is of another region


def tell(progress: Progress, share: float, phrase: str) -> None:
    """Report progress (0 to 1) where somebody listens."""
    if progress is not None:
        progress(share, phrase)


@dataclass(frozen=True)
class IncomingFile:
    """One file, parsed and recognised; nothing of it is in the store yet. file_no counts from 1.

    from_members: no file of its own but the families taken from the member rows of one (`data.member_rows`), under
    that file's number and name; its rows are counted there.
    """

    file_no: int
    name: str
    staged: StagedTable
    found: Recognition
    from_members: bool = False

    @property
    def kind(self) -> str:
        return self.found.table.kind


@dataclass(frozen=True)
class Delivery:
    """The files of one import call. Use as a context manager: leaving it deletes what was staged."""

    files: tuple[IncomingFile, ...]

    def of_kind(self, kind: str) -> list[IncomingFile]:
        return [file for file in self.files if file.kind == kind]

    def __enter__(self) -> "Delivery":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self.files:
            file.staged.parquet.unlink(missing_ok=True)


@dataclass(frozen=True)
class CodeDecision:
    """How the family file's village codes are read.

    system: kemendagri | bps_bridged. bridge: bps_code, village_code (empty for kemendagri).
    proposal: what the names gave, its `unmatched` waiting for a person's confirmation; None when no
    bridge had to be proposed. regencies: first four digits of a BPS code -> the regency under which its villages
    without a partner are counted; regency: the one for all others. note: what the user should be told.
    """

    system: str
    reason: str
    bridge: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["bps_code", "village_code"]))
    proposal: BridgeProposal | None = None
    regency: str | None = None
    how: str = "file"
    regencies: dict[str, str] = field(default_factory=dict)
    note: str | None = None


def inspect_files(
    store: Store, paths: list[Path], profile: str = "auto", names: list[str] | None = None, progress: Progress = None
) -> Delivery:
    """Parse and recognise every file (in a child process each). `names` are shown instead of upload paths."""
    ensure_regions(store)
    profiles = find_profiles(profile, store.path.parent / PROFILES)
    shown = names or [path.name for path in paths]
    known = known_headers() | _headers_of(profiles)

    def read(number: int) -> list[IncomingFile]:
        tables = _stage_sheets(paths[number], store.staging, known)
        try:
            several = len(tables) > 1
            return [
                IncomingFile(0, name, table, _recognised(store, table, profiles, name))
                for table in tables
                for name in [f"{shown[number]} [{table.sheet}]" if several else shown[number]]
            ]
        except BaseException:
            _drop(tables)
            raise

    with ThreadPoolExecutor(PARALLEL_READERS) as pool:
        reading = {pool.submit(read, number): shown[number] for number in range(len(paths))}
        for count, job in enumerate(as_completed(reading), start=1):
            tell(progress, 0.4 * count / len(paths), f"Membaca {reading[job]}")
    files: list[IncomingFile] = []
    try:
        files = [file for job in reading for file in job.result()]
        files = [replace(file, file_no=number) for number, file in enumerate(files, start=1)]
        _refuse_copies(Delivery(tuple(files)))
        return Delivery(tuple(families_of_members(store, _one_vintage(files))))
    except BaseException:
        _drop([file.staged for job in reading if job.exception() is None for file in job.result()])
        raise


def _stage_sheets(path: Path, staging: Path, known: frozenset[str]) -> list[StagedTable]:
    """The file as one table, or every sheet of a register that was cut into sheets with one header."""
    tables = [stage(path, staging, known, several_sheets=True)]
    try:
        tables += [stage(path, staging, known, sheet=twin) for twin in tables[0].twins]
        return tables
    except BaseException:
        _drop(tables)
        raise


def _drop(tables: list[StagedTable]) -> None:
    for table in tables:
        table.parquet.unlink(missing_ok=True)


def _one_vintage(files: list[IncomingFile]) -> list[IncomingFile]:
    """Member files read by the profile of the family file, where it reads as many of their columns."""
    family = next((file.found.profile for file in files if file.kind == "family"), None)
    if family is None:
        return files
    matched = []
    for file in files:
        again = recognise_kind(file.staged.columns, family, "person") if file.kind == "person" else None
        matched.append(replace(file, found=again) if again and again.read >= file.found.read else file)
    return matched


def _refuse_copies(delivery: Delivery) -> None:
    """The same member file twice would count every person twice."""
    seen: dict[str, str] = {}
    for file in delivery.files:
        other = seen.setdefault(file.staged.sha256, file.name)
        if other is not file.name:
            raise Refused(
                "same_file_twice", f"Berkas {other} dan {file.name} sama isinya; pilih salah satu, lalu coba lagi."
            )


def _recognised(store: Store, staged: StagedTable, profiles: list[Profile], name: str) -> Recognition:
    def spelled(header: str) -> set[str]:
        column = identifier(header)
        rows = store.rows(f"SELECT DISTINCT {column} AS cell FROM {source_sql(staged)} LIMIT {MOST_SPELLINGS}")
        return {value_key(row["cell"]) for row in rows if row["cell"]}

    return recognise(staged.columns, profiles, name, spelled)


def _headers_of(profiles: list[Profile]) -> frozenset[str]:
    return frozenset(
        key
        for profile in profiles
        for table in profile.tables
        for rule in table.fields.values()
        for key in rule.headers
    )


def decide_codes(store: Store, delivery: Delivery, bridge: Path | pd.DataFrame | None = None) -> CodeDecision | None:
    """Judge the code system over the whole delivery; None when it holds no family file.

    A BPS-coded file is converted through the given bridge, a saved one that covers it, or one proposed
    from the area names; without any of these it is refused (`code_system`), never mapped silently.
    """
    families = delivery.of_kind("family")
    if not families:
        return None
    codes = _codes_of(store, families)
    if codes.empty:
        raise Refused(
            "code_system",
            "Tidak ada kode desa sepuluh angka dalam berkas keluarga; periksa apakah kolom kode desa terisi.",
        )
    given = read_bridge(bridge) if isinstance(bridge, Path) else bridge
    judged = judge_codes(store, codes)
    if judged.system == "kemendagri" and (given is None or judged.names_agree is not None):
        unused = "Berkas ini sudah memakai kode Kemendagri, jadi jembatan kode tidak dipakai."
        note = " ".join([*([unused] if given is not None else []), *_elsewhere(judged)])
        return CodeDecision("kemendagri", judged.reason, note=note or None)
    if given is None:
        saved = load_bridge(store)
        if _covered(codes, saved) >= LEAST_BRIDGED and _names_follow(store, codes, saved):
            return _bridged(codes, saved, f"{judged.reason} Jembatan kode yang tersimpan dipakai.", "saved")
        return _proposed(store, codes, judged.reason)
    if _covered(codes, given) < LEAST_BRIDGED:
        raise Refused(
            "bridge_mismatch",
            f"Jembatan kode hanya memuat {_covered(codes, given):.0%} dari kode desa dalam berkas; pilih jembatan "
            "untuk kabupaten/kota berkas ini.",
        )
    if not _names_follow(store, codes, given):
        raise Refused(
            "bridge_mismatch",
            "Nama desa dalam berkas tidak cocok dengan desa yang ditunjuk jembatan kode; periksa isi jembatan itu atau "
            "pilih jembatan untuk kabupaten/kota berkas ini.",
        )
    return _bridged(codes, given, "Kode berkas diubah dengan jembatan kode yang diberikan.", "file")


def _elsewhere(judged: CodeJudgement) -> list[str]:
    """A sentence on codes under another regency's names; where they are many the file mixes two code systems."""
    if not judged.elsewhere:
        return []
    some = f"{len(judged.elsewhere)} kode desa ({', '.join(judged.elsewhere[:3])}, …)"
    if len(judged.elsewhere) > MOST_ELSEWHERE * judged.known:
        raise Refused(
            "code_system_mixed",
            f"{some} tercatat dengan nama desa dan kabupaten/kota lain, jadi berkas ini agaknya mencampur kode "
            "Kemendagri dan kode BPS; pisahkan menjadi satu berkas per sistem kode, lalu coba lagi.",
        )
    return [f"{some} tercatat dengan nama desa dan kabupaten/kota lain; periksa kode itu di berkas asalnya."]


def _proposed(store: Store, codes: pd.DataFrame, reason: str) -> CodeDecision:
    if codes["village"].isna().all():
        raise Refused(
            "code_system",
            f"{reason} Berkas tidak memuat nama desa; sertakan tabel jembatan kode BPS ke Kemendagri (--bridge).",
        )
    proposal = propose_bridge(store, codes)
    bridge = proposal.matched[["bps_code", "village_code"]]
    if _covered(codes, bridge) < LEAST_BRIDGED:
        raise Refused(
            "code_system",
            f"{reason} Nama desa hanya cocok untuk {_covered(codes, bridge):.0%} kode; sertakan tabel jembatan kode "
            "(--bridge).",
        )
    found = _bridged(codes, bridge, f"{reason} Kode diubah menurut nama desa.", "name")
    return replace(found, proposal=proposal)


def _bridged(codes: pd.DataFrame, bridge: pd.DataFrame, reason: str, how: str) -> CodeDecision:
    """Villages without a partner go with the regency of their BPS neighbours: a bridge may span a province."""
    used = bridge[bridge["bps_code"].isin(codes["code"].str.replace(".", ""))]
    regency = used["village_code"].str[:5]
    prefix = used["bps_code"].str[:4]
    regencies = {str(bps): str(found.mode().iloc[0]) for bps, found in regency.groupby(prefix)}
    return CodeDecision(
        "bps_bridged", reason, bridge, regency=str(regency.mode().iloc[0]), how=how, regencies=regencies
    )


def _names_follow(store: Store, codes: pd.DataFrame, bridge: pd.DataFrame) -> bool:
    """Whether the villages a bridge leads to bear the names in the file; true where the file has no names."""
    partner = codes["code"].str.replace(".", "").map(bridge.set_index("bps_code")["village_code"])
    judged = judge_codes(store, codes.assign(code=partner).dropna(subset="code"))
    return judged.names_agree is None or judged.names_agree >= NAMES_MIN_AGREE


def _covered(codes: pd.DataFrame, bridge: pd.DataFrame) -> float:
    return float(codes["code"].str.replace(".", "").isin(bridge["bps_code"]).mean()) if len(bridge) else 0.0


def _codes_of(store: Store, families: list[IncomingFile]) -> pd.DataFrame:
    """code (dotted), rows, province, regency, district, village (most frequent names; null where not in the file)."""
    parts = []
    for file in families:
        cursor = store.cursor()
        read = Mapper(cursor, file.staged, file.found)
        names = ", ".join(f"{read.text(f'{level}_name')} AS {level}" for level in LEVELS)
        code = clean_village_code_sql(read.text("village_code"))
        # Cleaned once per spelling: a register has hundreds of places and a million rows.
        fields = ["village_code", *(f"{level}_name" for level in LEVELS)]
        used = ", ".join(
            dict.fromkeys(identifier(name) for field in fields for name in file.found.columns.get(field, ()))
        )
        spelled = f"(SELECT {used}, count(*) AS rows FROM {source_sql(file.staged)} GROUP BY {used})"
        parts.append(cursor.execute(f"SELECT {code} AS code, rows, {names} FROM {read.source(spelled)}").df())
    codes = pd.concat(parts, ignore_index=True).dropna(subset="code")
    # By name among equals: DuckDB groups in no particular order, and one file is to be judged the same every time.
    codes = codes.sort_values(["rows", *LEVELS], ascending=[False, True, True, True, True], kind="stable")
    # "first" is the first that is not null: the name on most rows.
    return codes.groupby("code", sort=False).agg({"rows": "sum"} | dict.fromkeys(LEVELS, "first")).reset_index()

"""The one by-name export: a workbook per village for the officers who verify and validate families at the door.

It holds the least that lets an officer find a family and judge it: the address in full; the head's name as first
letters and the NIK as its last four digits, enough to recognise the right family among neighbours; ranks; what to
check. No family card, no members, no dates of birth. Whoever asks states a purpose and a recipient, and the use is
recorded before the file exists outside.
"""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.definitions import decile_sql, pages_current, share_column, status_sql
from analytics.scope import Scope
from analytics.text import listing, percent
from data.errors import Refused
from data.identity import mask_name_sql, mask_nik, mask_nik_sql
from data.store import Store
from reports import audit, tables
from reports.disclosure import UNKNOWN
from reports.provenance import Provenance, provenance

ACTION = "verval_workbook"
VILLAGE = re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}")
PRESENCE = ("Ditemukan", "Pindah", "Meninggal", "Tidak ditemukan")
WELFARE = ("Miskin ekstrem", "Miskin", "Rentan miskin", "Tidak miskin")

ORDINARY = "NORMAL"  # P3KE's word for a family without a known fault

# What an eye at the door sees and that speaks against the status on paper.
AGAINST_POOR = {
    "car": "punya mobil",
    "air_conditioner": "punya AC",
    "water_heater": "punya pemanas air",
    "other_house": "punya rumah lain",
    "gold": "punya emas atau perhiasan",
}
AGAINST_BETTER_OFF = {
    "earth_floor": "lantai tanah",
    "no_toilet": "tanpa fasilitas BAB",
    "no_lighting": "tanpa listrik",
}

HEADERS = {
    "place": "No.",
    "pseudonym": "Nomor semu keluarga",
    "head_nik": "NIK kepala keluarga (4 angka terakhir)",
    "head_name": "Nama kepala keluarga (disamarkan)",
    "address": "Alamat",
    "size": "Jumlah anggota",
    "decile_recorded": "Desil tercatat",
    "percentile_recorded": "Persentil tercatat",
    "decile_pmt": "Desil PMT (kabupaten/kota)",
    "extreme": "Miskin ekstrem menurut definisi",
    "check": "Yang perlu diperiksa",
    "presence": "Keberadaan",
    "welfare": "Status kesejahteraan menurut verval",
    "remark": "Catatan petugas",
    "visited": "Tanggal kunjungan",
    "officer": "Petugas",
}
FILLED_IN = ("presence", "welfare", "remark", "visited", "officer")


def verval_workbook(
    store: Store,
    scope: Scope,
    village_code: str,
    purpose: str,
    recipient: str,
    *,
    words: Callable[[str], str],
    requested_by: str | None = None,
) -> tuple[str, bytes]:
    """File name (village code and day, nothing personal) and bytes of the workbook; one row per family.

    Ordered by status (extreme poor first), recorded rank, pseudonym. words: flag code -> Indonesian.
    Refused `purpose_missing`, `recipient_missing`, `purpose_too_long`, `purpose_personal`, `audit_broken` (see
    audit.record), `village_required` when the code is no village's, `village_empty` when no family is there.
    """
    purpose, recipient, by = audit.checked(purpose, recipient, requested_by)
    if not VILLAGE.fullmatch(village_code):
        raise Refused(
            "village_required", "Pilih satu desa/kelurahan; lembar verval dibuat untuk satu desa sekali unduh."
        )
    scope = replace(scope, region=village_code)
    families = families_to_visit(store, scope)
    if families.empty:
        raise Refused(
            "village_empty", f"Tidak ada keluarga di {village_code} dalam data ini; pilih desa/kelurahan lain."
        )
    families["check"] = _checks(store, scope, families, words)
    families["place"] = range(1, len(families) + 1)
    families["extreme"] = [_said(*pair) for pair in zip(families["extreme"], families["chance"], strict=True)]
    title = "Lembar verval keluarga"
    choices = {"presence": PRESENCE, "welfare": WELFARE}
    content = workbook(families, "Verval", title, HEADERS, choices, provenance(store, scope), purpose, recipient)
    audit.record(store, ACTION, scope, purpose, recipient, len(families), by)
    return f"verval_{village_code}_{date.today():%Y-%m-%d}.xlsx", content


def _said(extreme: object, chance: float) -> str:
    """Extreme poor or not; where nobody is either, the chance."""
    if not pd.isna(extreme):  # type: ignore[call-overload]
        return "ya" if extreme else "tidak"
    return UNKNOWN if pd.isna(chance) else f"peluang {percent(chance, 0)}"


def families_to_visit(store: Store, scope: Scope) -> pd.DataFrame:
    """Families of a scope with what an officer needs at the door (masked as this module says) and what to check."""
    status, params = status_sql(scope, pages_current(store, scope.snapshot_id))
    frame = store.frame(
        f"""
        WITH status AS ({status})
        , head AS ( -- where the family file has no NIK of the head, that of the member who is head
            SELECT p.family_no, min(x.nik) AS nik, min(x.name) AS name FROM person AS p
            JOIN person_identity AS x ON x.snapshot_id = p.snapshot_id AND x.person_no = p.person_no
            WHERE p.snapshot_id = $snapshot_id AND p.active AND p.relation = 'head'
            GROUP BY p.family_no HAVING count(*) = 1
        )
        SELECT f.family_no, f.pseudonym, {mask_nik_sql("coalesce(i.head_nik, h.nik)")} AS head_nik,
            {mask_name_sql("coalesce(i.head_name, h.name)")} AS head_name, i.address,
            s.size, f.decile_recorded, f.percentile_recorded,
            {decile_sql(f"r.{share_column(scope)}")} AS decile_pmt, s.extreme, s.chance,
            f.dukcapil_match, f.verval_priority,
            f.car, f.air_conditioner, f.water_heater, f.other_house, f.gold,
            f.floor = 'earth' AS earth_floor, f.toilet = 'none' AS no_toilet, f.lighting = 'none' AS no_lighting
        FROM status AS s
        JOIN family AS f ON f.snapshot_id = $snapshot_id AND f.family_no = s.family_no
        LEFT JOIN family_identity AS i ON i.snapshot_id = f.snapshot_id AND i.family_no = f.family_no
        LEFT JOIN head AS h ON h.family_no = f.family_no
        LEFT JOIN family_rank AS r ON r.snapshot_id = f.snapshot_id AND r.family_no = f.family_no
        ORDER BY s.chance DESC NULLS LAST, f.decile_recorded NULLS LAST, f.percentile_recorded NULLS LAST, f.pseudonym
        """,
        params,
    )
    whole = dict.fromkeys(("size", "decile_recorded", "percentile_recorded", "decile_pmt"), "Int64")
    # Somebody may have typed a NIK into the address.
    frame["address"] = frame["address"].map(_without_nik, na_action="ignore")
    return frame.astype(whole)


def _without_nik(address: str) -> str:
    return re.sub(r"\d{16}", lambda found: mask_nik(found.group()) or "", address)


def _checks(store: Store, scope: Scope, families: pd.DataFrame, words: Callable[[str], str]) -> list[str]:
    flags = _flags(store, scope, words)
    checks = []
    for family in families.to_dict("records"):
        found = list(flags.get(family["family_no"], ()))
        if not pd.isna(family["dukcapil_match"]) and not family["dukcapil_match"]:
            found.append("belum padan Dukcapil")
        if pd.isna(family["size"]):
            found.append("jumlah anggota belum diketahui")
        priority = family["verval_priority"]
        if not pd.isna(priority) and priority.upper() != ORDINARY:
            found.append(f"prioritas verval dari sumber: {priority}")
        if not pd.isna(family["extreme"]):
            poor = bool(family["extreme"])
            seen = [
                say for column, say in (AGAINST_POOR if poor else AGAINST_BETTER_OFF).items() if _yes(family[column])
            ]
            if seen:
                found.append(f"{'tergolong' if poor else 'tidak tergolong'} miskin ekstrem, tetapi {listing(seen)}")
        checks.append("; ".join(found))
    return checks


def _yes(value: object) -> bool:
    return not pd.isna(value) and bool(value)  # type: ignore[call-overload]


def _flags(store: Store, scope: Scope, words: Callable[[str], str]) -> dict[int, list[str]]:
    """family_no -> what the import found wrong with the family, then with how many of its members."""
    rows = store.rows(
        """
        SELECT f.family_no, g.kind, g.flag, count(*) AS n
        FROM flag AS g
        LEFT JOIN person AS p ON g.kind = 'person' AND p.snapshot_id = g.snapshot_id AND p.person_no = g.row_no
        JOIN family AS f ON f.snapshot_id = g.snapshot_id
            AND f.family_no = CASE g.kind WHEN 'family' THEN g.row_no ELSE p.family_no END
        WHERE g.snapshot_id = $snapshot_id AND f.village_code = $village AND g.kind IN ('family', 'person')
        GROUP BY f.family_no, g.kind, g.flag ORDER BY f.family_no, g.kind, g.flag
        """,
        {"snapshot_id": scope.snapshot_id, "village": scope.region},
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        text = words(row["flag"])
        found.setdefault(row["family_no"], []).append(
            text if row["kind"] == "family" else f"{text} ({row['n']} anggota)"
        )
    return found


def workbook(
    families: pd.DataFrame,
    name: str,
    title: str,
    headers: Mapping[str, str],
    choices: Mapping[str, tuple[str, ...]],
    source: Provenance,
    purpose: str,
    recipient: str,
) -> bytes:
    """A sheet of families for the field, with the columns of FILLED_IN and of `choices` to fill in.

    headers: the columns in their order, those to fill in among them. choices: column -> what may be chosen there.
    """
    entries = [column for column in headers if column in FILLED_IN or column in choices]
    table = families.assign(**dict.fromkeys(entries))
    sheet = tables.Sheet(name, f"{title}: {source.region}", table[list(headers)], headers)
    out = io.BytesIO()
    with tables.new_workbook(out, source) as book:
        page = tables.add_table(book, sheet, source)
        entry = book.add_format({"bg_color": "#FFF8E1", "border": 1, "border_color": "#D5DEDC", "num_format": "@"})
        day = book.add_format(
            {"bg_color": "#FFF8E1", "border": 1, "border_color": "#D5DEDC", "num_format": "[$-421]d mmmm yyyy"}
        )
        first, last = 4, 3 + len(table)
        columns = {name: place for place, name in enumerate(headers)}
        for column in entries:
            page.set_column(columns[column], columns[column], 20)
            for row in range(first, last + 1):
                page.write_blank(row, columns[column], None, day if column == "visited" else entry)
        for column, allowed in choices.items():
            page.data_validation(
                first, columns[column], last, columns[column],
                {"validate": "list", "source": list(allowed), "error_title": "Pilihan tidak dikenal",
                 "error_message": "Pilih salah satu dari daftar."},
            )  # fmt: skip
        page.data_validation(
            first, columns["visited"], last, columns["visited"],
            {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1), "error_title": "Bukan tanggal",
             "error_message": "Isi tanggal kunjungan."},
        )  # fmt: skip
        tables.add_about(
            book,
            source,
            [
                ("Tujuan", purpose),
                ("Penerima", recipient),
                (
                    "Kerahasiaan",
                    "Berkas ini memuat data pribadi. Pakailah hanya untuk tujuan di atas, jangan sebarkan, "
                    "dan hapus setelah verval selesai. Pengambilannya tercatat.",
                ),
                ("Nomor semu", "Pengganti nomor keluarga; berlaku hanya dalam basis data kantor yang membuatnya."),
            ],
        )
    return out.getvalue()

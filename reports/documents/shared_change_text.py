"""The change since an earlier delivery as a planner tells it: sentences, then the numbers beside each other."""

from collections.abc import Sequence

from analytics.text import mid_sentence
from reports.documents.blocks import Block, Paragraph, Parts, Table
from reports.documents.material import Material
from reports.documents.sentences import change, counted, direction, is_shown, names, paragraph, sentence
from reports.documents.shared_change import ChangeFacts, Moved, VillageMoved

NOT_OFFICIAL = (
    "Perubahan hitungan menurut nama bukan perubahan kemiskinan menurut BPS: daftar keluarga dimutakhirkan, peringkat "
    "nasional bergeser, dan keluarga dapat berpindah desil pada setiap pemutakhiran."
)
ROUNDED = "Selisih dihitung dari angka yang tercetak."
MOST = 10  # villages in a table
HIDDEN_VILLAGES = "Desa yang angkanya disembunyikan pada salah satu data tidak disebut di sini."


def change_said(material: Material, found: ChangeFacts) -> Paragraph:
    """Extreme poor, pockets and those without a programme, as far as they can be compared."""
    said: list[Parts] = []
    reasons = list(dict.fromkeys(moved.reason for moved in found.figures if moved.reason))
    for moved in found.figures:
        if moved.key == "pockets" and moved.reason is None:
            said.append(_pockets(found, moved))
        elif moved.key in ("persons", "without") and moved.now and moved.before and is_shown(moved.now, moved.before):
            subject = "jumlah " + mid_sentence(moved.title)
            said.append(sentence(change(material.ledger, f"{found.key}/{moved.key}/apart", subject,
                                        (found.then, moved.before), (found.today, moved.now))))  # fmt: skip
    if reasons:
        said.append((f"Sebagian ukuran tidak dibandingkan. {' '.join(reasons)}",))
    if not found.same_villages:
        said.append(_compared(found))
    return paragraph(*said)


def _pockets(found: ChangeFacts, moved: Moved) -> Parts:
    now, before = moved.now, moved.before
    if now is None or before is None or not is_shown(now, before):
        return ()
    moves = [
        f"{names([village.name for village in villages])} {verb}"
        for villages, verb in ((found.entered, "kini termasuk kantong"), (found.left, "tidak lagi termasuk"))
        if villages
    ]
    after = f"; {', sedangkan '.join(moves)}" if moves else ""
    if not now.value and not before.value:
        return ("Pada kedua tanggal itu tidak ada desa kantong.",)
    if direction(now, before) == "tetap":
        return sentence("banyaknya desa kantong tetap ", now, after)
    verb = "bertambah" if direction(now, before) == "naik" else "berkurang"
    return sentence(f"desa kantong {verb} dari ", before, " menjadi ", now, after)


def _compared(found: ChangeFacts) -> Parts:
    lacking = [
        (*counted(count, "desa"), f" hanya ada dalam data {when}")
        for count, when in ((found.only_now, "sekarang"), (found.only_before, "sebelumnya"))
        if count.value
    ]
    parts: list = ["yang dibandingkan ", *counted(found.compared, "desa"), " yang ada dalam kedua data"]
    for place, piece in enumerate(lacking):
        parts += ["; " if place == 0 else " dan ", *piece]
    if found.left_out.value:
        parts += ["; di antaranya ", *counted(found.left_out, "desa"),
                  " tidak ikut dijumlahkan karena angkanya disembunyikan"]  # fmt: skip
    return sentence(*parts)


def figures_table(found: ChangeFacts) -> Table:
    """Then, now and the difference of what is compared."""
    return Table(
        f"perubahan/{found.before.snapshot_id}", f"Keadaan {found.then} dan {found.today}",
        ("Ukuran", found.then, found.today, "Selisih"), _rows(found.figures), numeric=(1, 2, 3),
        widths=(0.42, 0.21, 0.22, 0.15), notes=(f"{ROUNDED} {NOT_OFFICIAL}",),
    )  # fmt: skip


def programmes_table(found: ChangeFacts) -> Table | None:
    """Families that receive each programme; null where the two know none in common."""
    if not found.programmes:
        return None
    return Table(
        f"perubahan/{found.before.snapshot_id}/program", "Keluarga penerima program menurut kedua data",
        ("Program", found.then, found.today, "Selisih"), _rows(found.programmes), numeric=(1, 2, 3),
        widths=(0.42, 0.21, 0.22, 0.15), notes=(f"{ROUNDED} Penerima dihitung di antara semua keluarga dalam data.",),
    )  # fmt: skip


def _rows(moves: Sequence[Moved]) -> tuple[tuple[Parts, ...], ...]:
    return tuple(
        ((moved.title,), *((fact,) if fact else ("–",) for fact in (moved.before, moved.now, moved.difference)))
        for moved in moves
    )


def villages_table(found: ChangeFacts) -> Table | None:
    """Villages that became pockets or no longer are; null where there are none."""
    moved = [(village, "masuk") for village in found.entered] + [(village, "keluar") for village in found.left]
    if not moved:
        return None
    shown = sorted(moved, key=lambda entry: -_far(entry[0]))[:MOST]
    more = (
        f"{len(shown)} desa dengan perubahan terbesar; seluruhnya ada {len(moved)} desa." if len(moved) > MOST else ""
    )
    return Table(
        f"perubahan/{found.before.snapshot_id}/desa", "Desa yang masuk dan keluar dari kantong kemiskinan (jiwa)",
        ("Desa/kelurahan", "Kecamatan", found.then, found.today, "Perubahan"),
        tuple(
            ((village.name,), (village.district or "–",), (village.before,), (village.now,), (f"{verb} kantong",))
            for village, verb in shown
        ),
        numeric=(2, 3),
        widths=(0.24, 0.23, 0.17, 0.2, 0.16),
        notes=(HIDDEN_VILLAGES, *((more,) if more else ())),
    )  # fmt: skip


def _far(village: VillageMoved) -> float:
    return abs((village.now.value or 0) - (village.before.value or 0))


def change_blocks(material: Material, found: ChangeFacts) -> tuple[Block, ...]:
    """All that can be told of one comparison."""
    tables = (figures_table(found), programmes_table(found), villages_table(found))
    return (change_said(material, found), *(table for table in tables if table is not None))

"""Slides about programmes: who is missed, what is doubled, what is needed and budgeted."""

from analytics.scope import UNIT_NAMES
from analytics.text import listing
from reports.briefing_figures import money_bars, reach_bars
from reports.documents.blocks import Block, Card, Cards, Chapter, Fact, Missing, Paragraph, Parts, Picture
from reports.documents.briefing_change import change_sentence
from reports.documents.briefing_words import speaker, title
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.sentences import is_shown, sentence
from reports.documents.shared_budget import budget
from reports.documents.shared_gaps import Gap, gap_list, total_cost, unpriced
from reports.documents.shared_missed import missed
from reports.documents.shared_overlaps import forbidden

MOST_PROGRAMMES, MOST_RULES = 6, 3
NO_LISTS = Missing(
    "Daftar penerima program belum dimuat, jadi tidak seorang pun dapat disebut belum terjangkau.",
    "Muat daftar penerima di halaman Data.",
)


TOO_FEW = Missing(
    "Yang menjadi sasaran terlalu sedikit untuk ditampilkan angkanya.", "Pilih wilayah yang lebih luas di bilah sisi."
)


def nothing_shown(material: Material) -> Missing:
    """Why no gap can be shown."""
    return TOO_FEW if material.gaps.rows["gap"].notna().any() else NO_LISTS


def largest_gaps(material: Material) -> list[Gap]:
    """Programmes in their own right: those of the basic aid first, of either the largest printed gap first."""
    own = [gap for gap in gap_list(material) if not gap.substitute_for and is_shown(gap.eligible, gap.gap)]
    basic = material.gaps.together
    return sorted(
        (gap for gap in own if gap.eligible.value), key=lambda gap: (gap.programme not in basic, -(gap.gap.value or 0))
    )


def missed_slide(material: Material) -> Chapter:
    """Who is missed: reached and not reached, by programme."""
    found, gaps, unit = missed(material), largest_gaps(material), UNIT_NAMES[material.scope.unit]
    notes = speaker(
        material,
        "Sasaran tiap program adalah keluarga miskin ekstrem yang didahulukan panduan pemerintah. Bantuan dasar: "
        f"{listing(list(material.gaps.together)) or 'belum diketahui'}.",
    )
    if is_shown(found.lacking, found.extreme):
        message = title(found.lacking, " dari ", found.extreme, f" {unit} miskin ekstrem belum menerima bantuan dasar "
                        "yang lengkap")  # fmt: skip
    elif gaps:
        message = title("Celah terbesar pada ", gaps[0].name, ": ", gaps[0].gap, f" {unit} belum menerima")
    else:
        return Chapter("terlewat", "Siapa yang terlewat", (title("Yang terlewat tidak dapat disebut"), NO_LISTS, notes))
    if not gaps:
        return Chapter("terlewat", "Siapa yang terlewat", (message, nothing_shown(material), notes))
    shown = gaps[:MOST_PROGRAMMES]
    names = [short(gap.name) for gap in shown]
    reached, gone = [gap.reached for gap in shown], [gap.gap for gap in shown]
    figure = reach_bars(names, [fact.value for fact in reached], [fact.value for fact in gone], unit)
    whose = "bantuan dasar" if shown[0].programme in material.gaps.together else "program"
    said = sentence(f"Celah {whose} terbesar ada pada {short(shown[0].name)}: ", shown[0].gap, " dari ",
                    shown[0].eligible, f" {unit} sasaran belum menerima")  # fmt: skip
    blocks: list[Block] = [
        message,
        Picture("terlewat/diagram", figure, figure.title, (*reached, *gone)),
        Paragraph(said),
    ]
    unknown = [short(gap.name) for gap in gap_list(material) if gap.reason and not gap.substitute_for]
    if unknown:
        blocks.append(Paragraph((f"Belum dapat dihitung: {listing(unknown)}.",)))
    return Chapter("terlewat", "Siapa yang terlewat", (*blocks, notes))


def short(name: str) -> str:
    """`PKH` of `Program Keluarga Harapan (PKH)`: beside a bar there is room for few words."""
    before, bracket, rest = name.partition(" (")
    inner = rest.rstrip(")")
    return inner if bracket and inner.isupper() else before


def doubled(material: Material) -> Chapter:
    """What is doubled: families that hold programmes which must not meet."""
    found = [one for one in forbidden(material) if one.families.text == HIDDEN or one.families.value is not None]
    notes = speaker(material, "Angka adalah keluarga yang pasti melanggar aturan; satu keluarga dapat melanggar lebih "
                    "dari satu aturan, jadi angkanya tidak dijumlahkan.")  # fmt: skip
    if not found:
        gone = Missing("Tumpang tindih belum dapat dihitung karena daftar penerima programnya belum ada.",
                       "Muat daftar penerima di halaman Data.")  # fmt: skip
        return Chapter("ganda", "Apa yang ganda", (title("Bantuan ganda belum dapat dihitung"), gone, notes))
    first = found[0]
    if first.families.value:
        message = title(first.families, " keluarga menerima bantuan yang dilarang aturan: ", first.title)
    elif first.families.text == HIDDEN:
        message = title("Bantuan yang dilarang bersamaan hanya ditemukan pada sedikit keluarga")
    else:
        message = title("Tidak ada keluarga yang menerima bantuan yang dilarang bersamaan")
    cards = tuple(Card(one.families, (one.title,), _checked(one.to_check)) for one in found[:MOST_RULES])
    unknown = [one.title for one in forbidden(material) if one not in found]
    blocks: list[Block] = [message, Cards(cards, stacked=True)]
    if unknown:
        blocks.append(Paragraph((f"Belum dapat dihitung: {listing(unknown)}.",)))
    return Chapter("ganda", "Apa yang ganda", (*blocks, notes))


def _checked(count: Fact) -> Parts:
    if count.text == HIDDEN or count.value:
        return (count, " keluarga lain perlu diperiksa")
    return ()


def money_slide(material: Material) -> Chapter:
    """Needed against budgeted rupiah, and the change since the earlier snapshot."""
    ledger, needed, planned = material.ledger, total_cost(material), budget(material)
    notes = speaker(
        material,
        "Kebutuhan: celah tiap program dikalikan biaya satuan setahun; program tanpa biaya satuan tidak ikut. "
        f"Anggaran: inventaris program tahun {material.year}.",
    )
    costed = [gap for gap in largest_gaps(material) if gap.cost.value]
    said = change_sentence(material)
    if not costed:
        no_cost = Missing(
            "Biaya satuan program dalam celah belum diketahui.", "Tambahkan di data/reference/unit_costs.yaml."
        )
        gone = no_cost if largest_gaps(material) else nothing_shown(material)
        message = title("Kebutuhan rupiah tidak dapat disebut")
        return Chapter("uang", "Kebutuhan dan anggaran", (message, gone, said, notes))
    costed = sorted(costed, key=lambda gap: -(gap.cost.value or 0))[:MOST_PROGRAMMES]
    need = ledger.about(needed)
    has_budget = is_shown(planned.total)
    if has_budget:
        message = title("Menutup celah memerlukan ", need, " setahun; anggaran program ", f"{material.year} tercatat ",
                        ledger.about(planned.total))  # fmt: skip
    else:
        message = title("Menutup celah memerlukan ", need, " setahun; anggarannya belum dicatat")
    budgets = [planned.by_programme[gap.programme] for gap in costed]
    figure = money_bars(
        [short(gap.name) for gap in costed], [gap.cost.value for gap in costed], [fact.value for fact in budgets]
    )
    picture = Picture(
        "uang/diagram",
        figure,
        figure.title,
        tuple(ledger.about(fact) for fact in [*(gap.cost for gap in costed), *budgets]),
    )
    blocks: list[Block] = [message, picture]
    if not has_budget:
        blocks.append(Paragraph((f"Catat anggaran {material.year} di halaman Celah sasaran, bagian Inventaris.",)))
    if without := unpriced(material):
        blocks.append(Paragraph((f"Belum termasuk {listing([short(name) for name in without])}.",)))
    if any(not gap.verified for gap in costed):
        blocks.append(Paragraph(("Biaya satuan belum diverifikasi.",)))
    return Chapter("uang", "Kebutuhan dan anggaran", (*blocks, said, notes))

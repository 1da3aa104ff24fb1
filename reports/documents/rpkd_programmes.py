"""RPKD, chapter IV: by each strategy the gaps and what closing them costs, beside what the inventory has budgeted."""

import pandas as pd

from analytics.gaps import strategy_titles
from analytics.inventory import entries
from analytics.scope import UNIT_NAMES
from analytics.text import UNKNOWN, known, listing
from data.reference import programmes
from reports.documents.blocks import Block, Fact, Heading, Missing, Paragraph, Parts, Picture, Table
from reports.documents.ledger import HIDDEN
from reports.documents.material import Material
from reports.documents.sentences import counted, enumerated, is_shown, paragraph, said_share, sentence
from reports.documents.shared_budget import budget
from reports.documents.shared_gaps import Gap, gap_list, gap_table, total_cost, unpriced
from reports.gap_figures import gap_bars

PROVIDERS = {"centre": "Pusat", "province": "Provinsi", "regency": "Kabupaten/kota", "village": "Desa", "csr": "CSR"}
UNITS = {**UNIT_NAMES, "units": "unit"}
NEARLY_ALL = 0.995  # of the target: prints as 100%
SAID = 2  # gaps a sentence names
NO_LISTS = Missing("Celah sasaran belum dapat dihitung untuk satu program pun.",
                   "Muat daftar penerima program di halaman Data.")  # fmt: skip
NO_INVENTORY = Missing("Inventaris program daerah belum diisi, sehingga anggaran belum dapat disandingkan dengan "
                       "kebutuhan.", "Isi atau muat inventaris di halaman Celah sasaran.")  # fmt: skip

ONLY_WIDER = Missing("Inventaris tidak memuat anggaran yang khusus untuk wilayah dan tahun ini.",
                     "Tambahkan programnya di halaman Celah sasaran, atau lihat dokumen kabupaten/kota.")  # fmt: skip


def priorities(material: Material) -> tuple[Block, ...]:
    """The three strategies, and money needed against money planned."""
    found = [gap for gap in gap_list(material) if gap.gap.value is not None or gap.gap.text == HIDDEN]
    blocks: list[Block] = [
        Paragraph((
            "Program diprioritaskan menurut tiga strategi penghapusan kemiskinan ekstrem. Untuk setiap program "
            "ditunjukkan siapa yang menjadi sasaran, berapa yang sudah menerima, dan berapa yang masih tertinggal.",
        )),
        *([_picture(material, found)] if any(gap.gap.value for gap in found) else [] if found else [NO_LISTS]),
    ]  # fmt: skip
    for strategy, title in strategy_titles().items():
        blocks += [Heading(title), *_strategy(material, strategy)]
    return (*blocks, Heading("Inventaris program"), *_inventory(material), Heading("Kebutuhan dan anggaran"),
            *_money(material))  # fmt: skip


def _picture(material: Material, found: list[Gap]) -> Picture:
    rows = pd.DataFrame(
        [
            {"programme": gap.programme, "strategy": gap.strategy, "eligible": gap.eligible.value,
             "reached": gap.reached.value, "gap": gap.gap.value, "planned": gap.planned.value}
            for gap in found
        ]
    )  # fmt: skip
    rows = rows[rows["reached"].notna()]
    return Picture("celah/gambar", gap_bars(rows, material.scope.unit), "Sasaran tiap program di antara yang miskin "
                   "ekstrem: sudah menerima, sudah direncanakan, dan belum.")  # fmt: skip


def _strategy(material: Material, strategy: str) -> tuple[Block, ...]:
    found = gap_list(material, strategy)
    unit = UNIT_NAMES[material.scope.unit]
    open_ = sorted((gap for gap in found if gap.gap.value), key=lambda gap: -(gap.gap.value or 0))
    said: list[Parts] = []
    if open_:
        pieces: list[Parts] = [(f"{gap.name} (", *counted(gap.gap, unit), ")") for gap in open_[:SAID]]
        said.append(sentence("celah terbesar ada pada ", *enumerated(pieces)))
        largest = open_[0]
        share = material.ledger.rate(f"gaps/{largest.programme}/rate", largest.gap, largest.eligible,
                                     f"Bagian celah, {largest.name}", largest.gap.source)  # fmt: skip
        if largest.reached.value == 0:
            said.append((f"{largest.name} belum menjangkau satu {unit} pun yang menjadi sasarannya.",))
        elif (share.value or 0) >= NEARLY_ALL:
            said.append((f"{largest.name} hampir belum menjangkau siapa pun yang menjadi sasarannya.",))
        elif is_shown(share):
            said.append(sentence(f"{largest.name} belum menjangkau ", *said_share(share), " sasarannya"))
    elif any(gap.gap.value == 0 for gap in found):
        said.append(("Tidak ada celah pada program yang daftarnya sudah dimuat.",))
    elif any(gap.gap.text == HIDDEN for gap in found):
        said.append(("Angka celah strategi ini disembunyikan untuk melindungi keluarga.",))
    else:
        said.append(("Celah strategi ini belum dapat dihitung; sebabnya tertulis di bawah tabel.",))
    cost = material.ledger.about(total_cost(material, strategy))
    if cost.value:
        said.append(sentence("untuk menutup celah strategi ini diperlukan sekitar ", cost, " setahun",
                             *_without(unpriced(material, strategy))))  # fmt: skip
    return (paragraph(*said), gap_table(material, strategy))


def _without(names: list[str]) -> Parts:
    """What a sum of costs leaves out; nothing where it leaves out nothing."""
    return (f", belum termasuk {listing(names)} yang biaya satuannya belum diketahui",) if names else ()


def _inventory(material: Material) -> tuple[Block, ...]:
    rows = _entries(material)
    if not rows:
        return (NO_INVENTORY,)
    ledger = material.ledger
    count = ledger.figure("inventory.entries", len(rows), "Program dalam inventaris", "program", "Inventaris program")
    without = [str(row["title"]) for row in rows if not known(row["budget"])]
    said: list[Parts] = [sentence("inventaris memuat ", counted(count, "program"), " yang berjalan atau direncanakan")]
    if without:
        said.append(sentence(f"anggaran {listing(without[:5])} belum tercatat"))

    def fact(row: dict, column: str, label: str, unit: str) -> Fact:
        return ledger.figure(f"inventory/{row['entry_no']}/{column}", row[column], f"{label}, {row['title']}", unit,
                             "Inventaris program")  # fmt: skip

    table = Table(
        "inventaris", "Program dalam inventaris daerah",
        ("Program", "Tahun", "Pelaksana", "Sumber dana", "Perangkat daerah", "Kuota", "Anggaran"),
        tuple(
            ((str(row["title"]),), (str(row["year"]) if known(row["year"]) else UNKNOWN,),
             (PROVIDERS.get(row["provider"], row["provider"]),), (_text(row["fund"]),), (_text(row["office"]),),
             (fact(row, "quota", "Kuota", UNITS.get(row["unit"], "sasaran")),
              f" {UNITS[row['unit']]}" if known(row["unit"]) and known(row["quota"]) else ""),
             (fact(row, "budget", "Anggaran", "rupiah"),))
            for row in rows
        ),
        numeric=(5, 6),
        widths=(0.18, 0.09, 0.14, 0.13, 0.14, 0.12, 0.2),
        notes=("Sumber: inventaris program yang diisi daerah di halaman Celah sasaran.",),
    )  # fmt: skip
    return (paragraph(*said), table)


def _entries(material: Material) -> list[dict]:
    return entries(material.store, material.scope.region).to_dict("records")


def _text(value: object) -> str:
    return str(value) if known(value) else UNKNOWN


def _money(material: Material) -> tuple[Block, ...]:
    """Rupiah needed to close the gaps and rupiah budgeted for the document's year, by strategy."""
    found, ledger = budget(material), material.ledger
    needed, planned = total_cost(material), found.total
    if not is_shown(needed):
        return (
            Missing("Biaya menutup celah belum dapat dihitung.",
                    "Muat daftar penerima program di halaman Data, dan lengkapi biaya satuannya."),
        )  # fmt: skip
    rows = [
        *((strategy, title, total_cost(material, strategy), _planned(material, strategy))
          for strategy, title in strategy_titles().items()),
        ("all", "Semua strategi", needed, planned),
    ]  # fmt: skip
    table = Table(
        "anggaran", f"Kebutuhan setahun dan anggaran tahun {material.year}",
        ("Strategi", "Diperlukan setahun", "Dianggarkan", "Bagian yang dianggarkan"),
        tuple(
            ((title,), (need,), (have,), (_share(material, name, need, have),)) for name, title, need, have in rows
        ),
        numeric=(1, 2, 3), widths=(0.37, 0.22, 0.2, 0.21),
        notes=(
            "Diperlukan: jumlah biaya menutup celah program di atas; program pengganti tidak dijumlahkan.",
            "Dianggarkan: inventaris program tahun itu; baris terakhir termasuk anggaran yang tidak menutup celah.",
        ),
    )  # fmt: skip
    if not is_shown(planned):
        return (ONLY_WIDER if _entries(material) else NO_INVENTORY, table)
    total, have = ledger.about(needed), ledger.about(planned)
    without = unpriced(material)
    which = "celah yang biaya satuannya diketahui" if without else "semua celah di atas"
    said = [sentence(f"menutup {which} memerlukan sekitar ", total, " setahun, sedangkan inventaris tahun "
                     f"{material.year} menganggarkan ", have)]  # fmt: skip
    if without:
        said.append((f"Biaya {listing(without)} belum dapat dihitung.",))
    if found.unpriced.value:
        said.append(sentence("Anggaran itu belum termasuk ", counted(found.unpriced, "program"),
                             " yang biayanya belum tercatat"))  # fmt: skip
    if material.gaps.unverified:
        said.append(("Sebagian biaya satuan belum diverifikasi, jadi angka ini perkiraan awal.",))
    return (paragraph(*said), table)


def _planned(material: Material, strategy: str) -> Fact:
    """The budget of a strategy's programmes; null without an inventory."""
    found = budget(material).by_programme
    shown = [found[code].value for code, programme in programmes().items() if programme.strategy == strategy]
    values = [value for value in shown if value is not None]
    return material.ledger.figure(
        f"budget/strategy/{strategy}", sum(values) if values else None, f"Dianggarkan, {strategy_titles()[strategy]}",
        "rupiah", "Jumlah inventaris program", human=True,
    )  # fmt: skip


def _share(material: Material, name: str, needed: Fact, planned: Fact) -> Fact:
    """Planned of needed; above the whole where more is budgeted than the gaps cost."""
    share = planned.value / needed.value if planned.value is not None and needed.value else None
    return material.ledger.figure(f"budget/share/{name}", share, "Bagian yang dianggarkan", "bagian",
                                  "Anggaran dibagi kebutuhan")  # fmt: skip

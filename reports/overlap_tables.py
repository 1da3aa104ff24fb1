"""The tables of Cakupan program on their way out as workbooks; small cells hidden."""

from analytics.combinations import Held, held_sets
from analytics.ladder import STEPS, Ladder
from analytics.life_cycle import LifeCycle
from analytics.overlaps import Overlaps
from analytics.text import known
from reports.overlap_figures import set_words
from reports.provenance import Provenance
from reports.tables import Sheet, protected_sheet, to_xlsx
from reports.words import STATUSES

RULES = {
    "forbidden": ("Dilarang", "Program yang tidak boleh bersamaan",
                  {"families": "Keluarga yang melanggar", "persons": "Jiwa", "to_check": "Keluarga perlu diperiksa"}),
    "wanted": ("Diharapkan", "Program yang diharapkan bersama",
               {"target_families": "Keluarga sasaran", "families": "Keluarga sudah lengkap", "persons": "Jiwa",
                "incomplete": "Keluarga belum lengkap", "to_check": "Keluarga perlu diperiksa"}),
}  # fmt: skip


def together_export(found: Overlaps, provenance: Provenance) -> bytes:
    """The sets of programmes families hold, and the rules of programmes together."""
    return to_xlsx([_sets(found.held), *(_rules(found, kind) for kind in RULES)], provenance)


def _sets(held: Held) -> Sheet:
    sets = held_sets(held)
    # How many sets a hidden number stands for would bound it: each is held by a family at least.
    sets["set"] = [
        (f"{row['sets']} gabungan lain" if known(row["families"]) else "Gabungan lain")
        if row["rest"]
        else set_words(row["programmes"])
        for row in sets.to_dict("records")
    ]
    return protected_sheet(
        sets, name="Gabungan", title="Gabungan program yang dipegang keluarga",
        headers={"set": "Gabungan program", "families": "Keluarga", "persons": "Jiwa"}, keys=["set"],
        counts={"families": ["persons"]}, order_by="families",
    )  # fmt: skip


def _rules(found: Overlaps, kind: str) -> Sheet:
    name, title, counted = RULES[kind]
    rows = found.rows[found.rows["kind"] == kind]
    rows = rows.assign(status=rows["status"].map(STATUSES), asked=rows["programmes"].map(", ".join))
    about = {"title": "Aturan", "asked": "Program yang dihitung", "reason": "Mengapa kosong atau kurang",
             "source": "Sumber", "status": "Status sumber"}  # fmt: skip
    families = [column for column in counted if column != "persons"]
    return protected_sheet(
        rows, name=name, title=title, headers={"rule": "Kunci"} | about | counted, as_given=True,
        expected=found.scope.definition == "pmt_line", keys=["rule"], labels={"rule": list(about)},
        counts={column: ["persons"] if column == "families" else [] for column in families},
    )  # fmt: skip


def life_cycle_export(found: LifeCycle, provenance: Provenance) -> bytes:
    """Stages of life: everybody and the extreme poor, and who has a programme meant for the stage."""
    rows = found.rows.assign(meant=found.rows["programmes"].map(", ".join), status=found.rows["status"].map(STATUSES))
    whose = {"": "", "extreme_": " miskin ekstrem"}
    headers = {"stage": "Kunci", "title": "Tahap", "meant": "Program bagi tahap ini", "reason": "Mengapa kosong",
               "source": "Sumber", "status": "Status sumber", "unknown": "Keluarga yang tidak tercatat"}  # fmt: skip
    for who, words in whose.items():
        for unit, name in (("families", "Keluarga"), ("persons", "Jiwa")):
            headers[f"{who}{unit}"] = f"{name}{words}"
            headers[f"{who}served_{unit}"] = f"{name}{words} yang menerima"
            headers[f"rate_{who}{unit}"] = f"Bagian {name.lower()}{words} yang menerima"
    sheet = protected_sheet(
        rows, name="Siklus hidup", title="Tahap hidup dan program yang ditujukan baginya", headers=headers,
        as_given=True, expected=found.scope.definition == "pmt_line", keys=["stage"],
        labels={"stage": ["title", "meant", "reason", "source", "status"]},
        counts={f"{who}{part}families": [f"{who}{part}persons"] for who in whose for part in ("", "served_")}
        | {"unknown": []},
        rates={f"rate_{who}{unit}": (f"{who}served_{unit}", f"{who}{unit}")
               for who in whose for unit in ("families", "persons")},
    )  # fmt: skip
    return to_xlsx([sheet], provenance)


def ladder_export(found: Ladder, provenance: Provenance) -> bytes:
    """The classes that partition the extreme poor, with their sum where each is known."""
    rows = found.rows.assign(step=found.rows["class"].map(STEPS))
    sheet = protected_sheet(
        rows, name="Tangga", title="Miskin ekstrem menurut program yang sudah diterima", as_given=True,
        headers={"class": "Kunci", "title": "Kelas", "step": "Langkah daerah", "reason": "Mengapa kosong",
                 "families": "Keluarga", "persons": "Jiwa"},
        expected=found.scope.definition == "pmt_line", keys=["class"], labels={"class": ["title", "step", "reason"]},
        counts={"families": ["persons"]}, totals=["class"] if rows["families"].notna().all() else [],
    )  # fmt: skip
    return to_xlsx([sheet], provenance)

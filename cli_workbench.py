"""More verbs that answer with `scope` and the rows of one measure: what a region works out for itself."""

from dataclasses import asdict
from typing import Annotated, Any

import pandas as pd
import typer

from cli_measures import Answer, measure_command
from data.errors import Refused
from data.store import Store

app = typer.Typer()

NOBODY = "Tidak ada {} yang dapat menjadi pembagi di sini."


def with_reason(rows: pd.DataFrame, rates: list[str], why: str) -> pd.DataFrame:
    """The rows with `reason` filled where one of the rates is null and the measure itself gives none."""
    told = rows["reason"] if "reason" in rows else pd.Series(None, index=rows.index, dtype=object)
    empty = rows[rates].isna().any(axis=1) & told.isna()
    return rows.assign(reason=told.astype(object).mask(empty, why))


def criteria_answer(store: Store, scope: Any) -> Answer:
    from analytics.criteria import criteria

    found = criteria(store, scope)
    return {
        "lower": found.lower, "upper": found.upper, "total": found.total, "undecided": found.undecided,
        "not_met": found.not_met, "answered": found.answered, "rows": found.clauses, "readings": found.readings,
        "warnings": found.warnings,
    }  # fmt: skip


Pair = Annotated[
    str | None, typer.Option(help="Dua definisi, misalnya recorded,local_upper: di mana keduanya paling berbeda.")
]


def comparison_answer(store: Store, scope: Any, pair: Pair = None) -> Answer:
    from analytics.definition_comparison import compare_definitions
    from analytics.scope import UNIT_NAMES

    found = compare_definitions(store, scope)
    nobody = NOBODY.format(UNIT_NAMES[scope.unit])
    answer = {
        "scope": found.scope.echo(),
        "rows": with_reason(found.pairs, ["jaccard", "of_a", "of_b"], nobody),
        "definitions": with_reason(found.definitions, ["share"], nobody),
        "absent": found.absent,
    }
    if pair is None:
        return answer
    first, second = pair_of(pair, list(found.definitions["key"]))
    return answer | {
        "villages": with_reason(found.villages(first, second), ["rate"], nobody),
        "groups": with_reason(found.groups(first, second), ["rate"], nobody),
    }


def pair_of(text: str, known: list[str]) -> tuple[str, str]:
    """`recorded,pmt_quota` as two definitions. Raises Refused `pair_unknown`."""
    first, _, second = (part.strip() for part in text.partition(","))
    if first not in known or second not in known or first == second:
        raise Refused("pair_unknown", f"Tulis dua definisi yang berbeda, dipisah koma, dari: {', '.join(known)}.")
    return first, second


Seed = Annotated[int | None, typer.Option(help="Angka awal pengacakan; angka yang sama memberi jawaban yang sama.")]


def cluster_answer(store: Store, scope: Any, seed: Seed = None) -> Answer:
    from analytics.clusters import SEED, clusters
    from cli_answers import to_stderr

    found = clusters(store, scope, seed=SEED if seed is None else seed, progress=to_stderr)
    return {
        "rows": found.by_village, "groups": found.groups, "rate": found.rate, "judged": found.judged,
        "reason": found.reason, "level": found.level, "permutations": found.permutations, "islands": found.islands,
        "warnings": found.warnings,
    }  # fmt: skip


def village_answer(store: Store, scope: Any) -> Answer:
    from analytics.village import summary, village_profile

    found = village_profile(store, scope)
    families = found.families
    return {
        "rows": [found.row | {"district": found.district, "regency": found.regency, "reason": found.status_reason}],
        "sentence": summary(found), "ranks": found.ranks, "size": families.size, "regency_size": families.regency_size,
        "traits": families.traits, "needs": families.needs, "programmes": found.programmes,
        "ladder": found.ladder.rows, "total_families": found.ladder.total_families,
        "total_persons": found.ladder.total_persons, "overlaps": found.faults, "facilities": found.facilities,
        "inventory": found.inventory, "neighbours": found.neighbours, "neighbours_reason": found.neighbours_absent,
        "completeness": found.completeness, "warnings": found.warnings,
    }  # fmt: skip


def life_cycle_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.life_cycle import life_cycle

    return life_cycle(store, scope).rows


def need_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.needs import family_needs

    rows = family_needs(store, scope).rows
    return with_reason(rows, ["rate", "extreme_rate"], NOBODY.format("jawaban keluarga miskin ekstrem"))


def lack_answer(store: Store, scope: Any) -> Answer:
    from analytics.facilities import village_facilities

    found = village_facilities(store, scope)
    return {"rows": found.rows, "villages": found.by_village}


Programme = Annotated[str, typer.Option(help="Kode program, misalnya PKH.")]


def incidence_answer(store: Store, scope: Any, programme: Programme) -> Answer:
    from analytics.targeting_incidence import incidence

    found = asdict(incidence(store, scope, programme))
    return {"rows": found.pop("by_decile")} | found


def proposal_rows(store: Store, scope: Any) -> pd.DataFrame:
    from analytics.proposals import proposals

    return proposals(store, scope).rows


Before = Annotated[str | None, typer.Option(help="Nomor data pembanding; bawaan: yang terbaru sebelum data ini.")]


def change_answer(store: Store, scope: Any, before: Before = None) -> Answer:
    from analytics.change import change, earlier_or_refused

    found = change(store, scope, before or earlier_or_refused(store, scope).snapshot_id)
    return {
        "rows": found.figures, "programmes": found.programmes, "entered": found.entered, "left": found.left,
        "before": asdict(found.before), "villages": found.villages, "only_now": found.only_now,
        "only_before": found.only_before,
    }  # fmt: skip


measure_command(app, "criteria", "Batas bawah dan atas kriteria daerah, dan yang diubah tiap klausul.", criteria_answer,
                of_rules=True)  # fmt: skip
measure_command(app, "compare", "Definisi miskin ekstrem berdampingan, sepasang demi sepasang.", comparison_answer,
                of_rules=True)  # fmt: skip
measure_command(app, "clusters", "Desa yang mengelompok: lebih miskin, kurang miskin, atau tidak dapat dibedakan.",
                cluster_answer)  # fmt: skip
measure_command(app, "village", "Profil satu desa/kelurahan (--region dengan kode desa).", village_answer)
measure_command(app, "lifecycle", "Tahap kehidupan dan siapa yang memegang program untuknya.", life_cycle_rows)
measure_command(app, "needs", "Kebutuhan keluarga, program, dan perangkat daerah yang menjawabnya.", need_rows)
measure_command(app, "lacks", "Fasilitas yang kurang di desa, dan berapa miskin ekstrem di sana.", lack_answer)
measure_command(app, "incidence", "Ke desil mana manfaat satu program mengalir.", incidence_answer)
measure_command(app, "proposals", "Banyaknya keluarga yang diusulkan masuk, keluar, atau dicabut.", proposal_rows)
measure_command(app, "change", "Perubahan sejak data sebelumnya, di desa yang ada dalam keduanya.", change_answer)

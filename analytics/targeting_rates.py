"""The rates of targeting from four weighted counts, and why one of them cannot be known.

The counts are weights of one unit (families, persons or rupiah), among whom eligibility is known: total, eligible,
recipients, both. Coady, Grosh, Hoddinott (2004), World Bank Research Observer 19(1), 61-85; Galasso and Ravallion
(2005), Journal of Public Economics 89(4), 705-727.
"""

import pandas as pd

COUNTS = ("total", "eligible", "recipients", "both")
# What a truncated frame cannot tell: recipients outside the list are not seen.
FULL_FRAME = (
    "quota_shortage", "misallocation", "inclusion_error", "recipients_among_noneligible", "leakage", "differential",
    "cgh",
)  # fmt: skip
RATES = ("exclusion_error", *FULL_FRAME, "coverage")
BY_RULE = ("eligible", "both", "exclusion_error", *FULL_FRAME)  # null for a programme without a rule

TRUNCATED = (
    "Berkas hanya memuat bagian termiskin: penerima di luar daftar tidak terlihat, sehingga salah sasaran, CGH, dan "
    "pembagian kuota kurang dan salah alokasi tidak dapat dihitung; yang tampak hanya yang belum tercakup."
)
NO_RULE = "Program ini belum punya aturan sasaran; tentukan rentang desil untuk mengukur galatnya."
NO_AMOUNT = "Besaran rupiah program ini belum ada; tambahkan di data/reference/unit_costs.yaml."
NOBODY_KNOWN = "Kelayakan semua anggota kelompok ini tidak diketahui (desil atau syarat program kosong)."
NONE_KNOWN_ELIGIBLE = (
    "Tidak satu keluarga pun diketahui layak, sedangkan kelayakan sebagian keluarga tidak diketahui (desil atau syarat "
    "program kosong); lengkapi datanya atau hitung ulang."
)
NOT_WEIGHED = "Bobotnya tidak diketahui: jumlah anggota atau besaran rupiahnya kosong."
NO_ELIGIBLE = "Tidak ada yang layak, jadi tidak ada yang dapat terlewat."
NO_RECIPIENT = "Tidak ada penerima, jadi tidak ada yang dapat salah sasaran."
ALL_ELIGIBLE = "Semua layak, jadi tidak ada pembanding yang tidak layak."


def add_rates(rows: pd.DataFrame, truncated: bool) -> pd.DataFrame:
    """The rows with RATES and `reason` (Indonesian, null where every rate is known).

    rows: total, eligible, recipients, both in one unit (null: not known); total_people, eligible_people: families or
    persons, for the share of the population in CGH; total_families; ruled, priced (bool): the programme has a rule, and
    an amount where the unit asks for it; unknown_families: whose eligibility is not known, counted nowhere else. Where
    nobody is known to be eligible and of some it is not known, no rate by the rule is: those left would be the others.

    exclusion_error = 1 - both / eligible = quota_shortage + misallocation;
    quota_shortage = max(0, 1 - recipients / eligible); misallocation = (min(recipients, eligible) - both) / eligible;
    inclusion_error = leakage = 1 - both / recipients; recipients_among_noneligible = (recipients - both) /
    (total - eligible); coverage = recipients / total; differential = both / eligible - recipients_among_noneligible;
    cgh = (both / recipients) / (eligible_people / total_people).
    """
    total, eligible, recipients, both = (
        rows[name].astype("Float64") for name in ("total", "eligible", "recipients", "both")
    )
    made = rows.copy()
    places = recipients.where(recipients < eligible, eligible)
    made["exclusion_error"] = _share(eligible - both, eligible)
    made["quota_shortage"] = _share(eligible - places, eligible)
    made["misallocation"] = _share(places - both, eligible)
    made["inclusion_error"] = _share(recipients - both, recipients)
    made["recipients_among_noneligible"] = _share(recipients - both, total - eligible)
    made["coverage"] = _share(recipients, total)
    made["leakage"] = made["inclusion_error"]
    made["differential"] = _share(both, eligible) - made["recipients_among_noneligible"]
    made["cgh"] = _share(both, recipients) / _share(rows["eligible_people"], rows["total_people"]).replace(0, pd.NA)
    unruled = ~rows["ruled"].astype(bool)
    made.loc[unruled | _none_known(rows), list(BY_RULE)] = pd.NA
    if truncated:
        made[list(FULL_FRAME)] = pd.NA
    made = made.astype(dict.fromkeys(RATES, "Float64"))
    made["reason"] = _reasons(made, truncated, _none_known(rows))
    return made


def _none_known(rows: pd.DataFrame) -> pd.Series:
    ruled = rows["ruled"].astype(bool) & rows["total_families"].gt(0)
    return ruled & rows["eligible"].astype("Float64").eq(0).fillna(False) & rows["unknown_families"].gt(0)


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.astype("Float64") / whole.where(whole > 0).astype("Float64")


def _reasons(rows: pd.DataFrame, truncated: bool, none_known: pd.Series) -> pd.Series:
    known = {name: rows[name].astype("Float64") for name in ("total", "eligible", "recipients")}
    every = known["eligible"].ge(known["total"]).fillna(False) & known["total"].gt(0).fillna(False)
    cases = (
        (~rows["ruled"].astype(bool), NO_RULE),
        (~rows["priced"].astype(bool), NO_AMOUNT),
        (rows["total_families"].eq(0), NOBODY_KNOWN),
        (none_known, NONE_KNOWN_ELIGIBLE),
        (rows["priced"].astype(bool) & rows["total_families"].gt(0) & known["total"].isna(), NOT_WEIGHED),
        (rows["ruled"].astype(bool) & rows["total_families"].gt(0) & known["eligible"].eq(0), NO_ELIGIBLE),
        (rows["ruled"].astype(bool) & rows["total_families"].gt(0) & known["recipients"].eq(0), NO_RECIPIENT),
        (every if not truncated else every & False, ALL_ELIGIBLE),
        (pd.Series(truncated, rows.index) & rows["ruled"].astype(bool), TRUNCATED),
    )
    said = pd.Series("", rows.index, dtype=object)
    for where, sentence in cases:
        said = said.mask(where.fillna(False).astype(bool), said + " " + sentence)
    stripped = said.str.strip().astype(object)
    return stripped.where(stripped.ne(""), None)

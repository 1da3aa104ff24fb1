"""Official figures over the years, and where their series breaks; never added to a count by name."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.overview import INDICATOR_NAMES
from data.reference import DatedValue, parameter
from data.store import Store

# Indicators of extreme poverty, whose line changed; the national poverty line behind P0, P1 and P2 did not.
BROKEN = ("extreme_rate", "extreme_persons")


@dataclass(frozen=True)
class OfficialSeries:
    """Official figures of one region, and the province's beside it.

    rows: region, year, indicator (a key of INDICATOR_NAMES), value (in `unit`), unit, source; by indicator, then year;
    of several sources of a year the first by name. region: regency or province the figures are of. province: code, or
    null where the region is one. break_year: from this year on BROKEN indicators are measured by another line.
    """

    region: str
    name: str
    province: str | None
    province_name: str | None
    rows: pd.DataFrame
    break_year: DatedValue

    def of(self, indicator: str, region: str | None = None) -> list[tuple[int, float]]:
        """Year and value of one indicator, in order of years; of the region itself by default."""
        rows = self.rows[(self.rows["indicator"] == indicator) & (self.rows["region"] == (region or self.region))]
        return [(int(year), float(value)) for year, value in zip(rows["year"], rows["value"], strict=True)]

    def pieces(self, indicator: str, region: str | None = None) -> list[list[tuple[int, float]]]:
        """The series cut where it breaks: within a piece years can be compared, across pieces they cannot."""
        points = self.of(indicator, region)
        if indicator not in BROKEN:
            return [points] if points else []
        cut = self.break_year.value
        return [piece for piece in ([p for p in points if p[0] < cut], [p for p in points if p[0] >= cut]) if piece]

    def latest(self, indicator: str) -> tuple[int, float] | None:
        """The newest year and its value; null without any."""
        points = self.of(indicator)
        return points[-1] if points else None

    def sources(self) -> list[str]:
        """The sources named, each once, in alphabetical order."""
        return sorted(set(self.rows["source"]))


_ROWS = """
    SELECT region_code AS region, indicator, year, value, unit, source
    FROM (
        SELECT *, row_number() OVER (PARTITION BY region_code, indicator, year ORDER BY source) AS place
        FROM official_figure WHERE region_code = $region OR region_code = $province
    ) AS dated
    WHERE place = 1
    ORDER BY indicator, region_code, year
"""


def official_series(store: Store, region: str, on: date | None = None) -> OfficialSeries:
    """The series of a regency (`PP.KK`) or province (`PP`), by the parameters in force `on` a day (today)."""
    province = region[:2] if len(region) > 2 else None
    rows = store.frame(_ROWS, {"region": region, "province": province})
    rows = rows[rows["indicator"].isin(list(INDICATOR_NAMES))].reset_index(drop=True)
    named = {
        row["code"]: row["name"]
        for row in store.rows(
            "SELECT code, name FROM region WHERE code = $a OR code = $b", {"a": region, "b": province}
        )
    }
    return OfficialSeries(
        region=region,
        name=named.get(region, region),
        province=province,
        province_name=named.get(province, province) if province else None,
        rows=rows,
        break_year=parameter("extreme_series_break", on),
    )

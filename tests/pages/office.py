"""A small delivery as an office receives it: DTSEN family and member files, BPS-coded, with area names."""

import csv
from pathlib import Path

from data.demo import DemoVillage, make_region
from data.demo_dtsen import write_dtsen

LIST = Path(__file__).parents[2] / "data" / "reference" / "wilayah_tambahan" / "99.01_demo.csv"


def office_files(folder: Path, villages: int = 15, families: int = 200) -> list[Path]:
    """The two files; the first villages of the fictional regency on a grid of points."""
    folder.mkdir(parents=True, exist_ok=True)
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"]: row["name"] for row in rows}
    places = [
        DemoVillage(row["code"], row["name"], names[row["parent"]], 118.3 + place % 5 / 50, -5.0 + place // 5 / 50)
        for place, row in enumerate([row for row in rows if row["level"] == "village"][:villages])
    ]
    paths = write_dtsen(make_region(places, families=families, seed=7), folder)
    return [paths["dtsen_family"], paths["dtsen_person"]]

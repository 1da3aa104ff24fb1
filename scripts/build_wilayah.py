"""Build `data/reference/wilayah.parquet` from the npm package idn-area-data 4.0.1 (build time only).

    npm pack idn-area-data@4.0.1 && tar xzf idn-area-data-4.0.1.tgz
    python scripts/build_wilayah.py package

The same package and pyarrow give the same bytes. Nothing is written when a check fails.
"""

import csv
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TARGET = Path(__file__).parents[1] / "data" / "reference" / "wilayah.parquet"
VERSION = "4.0.1"
# level, file, its column with the parent's code, how many there are (Kepmendagri 300.2.2-2430/2025)
LEVELS = (
    ("province", "provinces.csv", None, 38),
    ("regency", "regencies.csv", "province_code", 514),
    ("district", "districts.csv", "regency_code", 7285),
    ("village", "villages.csv", "district_code", 83762),
)
Row = tuple[str, str, str, str | None]


def read(package: Path) -> list[Row]:
    """All areas as (code, level, name, parent), sorted by code. Exits with a sentence where a check fails."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    if version != VERSION:
        sys.exit(f"expected idn-area-data {VERSION}, found {version}")
    rows: list[Row] = []
    for level, name, parent, expected in LEVELS:
        with (package / "data" / name).open(encoding="utf-8", newline="") as file:
            found: list[Row] = [
                (row["code"], level, row["name"].strip(), row[parent] if parent else None)
                for row in csv.DictReader(file)
            ]
        if len(found) != expected:
            sys.exit(f"{name}: expected {expected} rows, found {len(found)}")
        rows += found
    codes = {row[0] for row in rows}
    if len(codes) != len(rows):
        sys.exit("a code occurs twice")
    orphans = [code for code, _, _, parent in rows if parent != (code.rpartition(".")[0] or None)]
    orphans += [code for code, _, _, parent in rows if parent is not None and parent not in codes]
    if orphans:
        sys.exit(f"no proper parent: {', '.join(orphans[:5])}")
    return sorted(rows)


def write(rows: list[Row], target: Path) -> None:
    """One Parquet file with text columns code, level, name, parent."""
    columns = zip(*rows, strict=True)
    names = ("code", "level", "name", "parent")
    table = pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})
    pq.write_table(
        table,
        target,
        compression="zstd",
        compression_level=19,
        # Sorted codes share their beginnings: stored as differences they take a tenth of the room.
        use_dictionary=["level", "parent"],
        column_encoding={"code": "DELTA_BYTE_ARRAY", "name": "PLAIN"},
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(read(Path(sys.argv[1])), TARGET)
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")

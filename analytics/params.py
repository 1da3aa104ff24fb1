"""One hash over everything a result depends on besides the data: dated parameters and the SQL."""

import hashlib
from functools import cache
from pathlib import Path

from data.reference import FOLDER

SQL = Path(__file__).parent / "sql"


@cache
def params_hash() -> str:
    """SHA-256 over names and bytes of data/reference/*.yaml and analytics/sql/*.sql, as hex."""
    digest = hashlib.sha256()
    for path in [*sorted(FOLDER.glob("*.yaml")), *sorted(SQL.glob("*.sql"))]:
        content = path.read_bytes()
        # Name and length first, so that no two sets of files read as the same bytes.
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()

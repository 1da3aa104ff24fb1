"""The key behind pseudonyms: one random file beside the database, readable by its owner only."""

import secrets
from pathlib import Path

from data.disk import write_whole
from data.errors import Refused

KEY_BYTES = 32


def read_or_create_key(path: Path) -> bytes:
    """The 32-byte key stored at `path`, made on first use with mode 0600.

    The one who calls holds the database, so nobody else makes the key meanwhile. Refused `key_unreadable` when the
    file holds no such key, `disk_full` and `not_writable` as `data.disk` says.
    """
    if not path.exists():
        write_whole(path, f"{secrets.token_bytes(KEY_BYTES).hex()}\n".encode(), 0o600)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:  # with any other, the same family would get another pseudonym
        raise Refused(
            "key_unreadable",
            f"Berkas kunci {path.name} rusak sehingga data tidak dapat dibuka dengan aman; pulihkan berkas itu dari "
            "cadangan.",
        )
    return key


def hmac_pads(key: bytes) -> tuple[bytes, bytes]:
    """Inner and outer pad of HMAC-SHA-256 (RFC 2104), for a database that has sha256 but no HMAC."""
    block = key.ljust(64, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)

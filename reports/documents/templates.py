"""The Word templates of the documents: shipped ones, and the office's own, which stand beside the database."""

from pathlib import Path

from data.disk import disk_faults, write_whole
from data.errors import Refused
from data.store import Store
from reports.documents import word
from reports.documents.package import is_too_large, require_harmless

SHIPPED = Path(__file__).parents[1] / "templates"
LARGEST = 20_000_000  # bytes of a template


def template(store: Store, kind: str) -> bytes:
    """The office's template of a document, else the shipped one."""
    own = office_template(store, kind)
    return (own if own.exists() else SHIPPED / f"{kind}.docx").read_bytes()


def office_template(store: Store, kind: str) -> Path:
    """Where the office's own template of a document stands, or would stand."""
    return store.path.parent / "templat" / f"{kind}.docx"


def save_template(store: Store, kind: str, content: bytes) -> None:
    """Keeps an office's template. Raises Refused `template_unreadable`, `template_too_large`, `template_macro`,
    `template_outside`."""
    if len(content) > LARGEST:
        raise Refused("template_too_large", "Templat ini lebih besar dari 20 MB; perkecil gambarnya, lalu muat lagi.")
    with word.readable():
        if is_too_large(content):
            raise Refused(
                "template_too_large", "Isi templat ini terlalu besar setelah dibuka; muat templat yang lebih sederhana."
            )
        require_harmless(content)
    word.opened(content)
    path = office_template(store, kind)
    with disk_faults():
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content, 0o600)


def drop_template(store: Store, kind: str) -> None:
    """Back to the shipped template."""
    office_template(store, kind).unlink(missing_ok=True)

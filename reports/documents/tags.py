"""How a number's id stands in the tag of a content control: ours are known from an office's own, and Word takes 64
characters at most."""

from hashlib import sha256

PREFIX = "tepat:"
LONGEST = 64


def tag_of(id: str) -> str:
    """The tag of an id; a long id keeps its beginning and a digest of all of it."""
    tag = PREFIX + id
    return tag if len(tag) <= LONGEST else f"{tag[: LONGEST - 13]}~{sha256(id.encode()).hexdigest()[:12]}"

"""How a number's id stands in a Word file: in the tag of a content control and, because LibreOffice before 7.5 loses
tags, in the name of a bookmark around it. Ours are known from an office's own."""

from hashlib import sha256

PREFIX, LONGEST = "tepat:", 64  # characters Word takes in a tag
BOOKMARK = "tepat_"


def tag_of(id: str) -> str:
    """The tag of an id; a long id keeps its beginning and a digest of all of it."""
    tag = PREFIX + id
    return tag if len(tag) <= LONGEST else f"{tag[: LONGEST - 13]}~{digest_of(id)[:12]}"


def digest_of(id: str) -> str:
    """What a bookmark's name, of letters, digits and 40 characters at most, can hold of an id."""
    return sha256(id.encode()).hexdigest()[:16]

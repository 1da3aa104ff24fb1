"""YAML from elsewhere as plain data: no aliases that multiply, no depth, no key that stands twice.

PyYAML lets the last of two equal keys win and follows an alias as often as it is written; a profile another office
sends must do neither.
"""

from typing import Any

import yaml

MOST_BYTES = 1_000_000  # the largest profile shipped has 8 kB
MOST_NODES = 50_000  # counted with every alias written out
DEEPEST = 20
LONGEST_NUMBER = 60  # characters; YAML reads 1:1:1:... as one number of base 60, whose cost grows with its square
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


def plain_yaml(text: str) -> Any:
    """The data of one YAML document; ValueError or yaml.YAMLError where it is none or beyond these limits."""
    if len(text.encode()) > MOST_BYTES:
        raise ValueError("larger than a profile")
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):  # flat, so that depth costs nothing before it is known
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError("nested too deeply")
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if root is None:
        return None
    if _written_out(root, {}) > MOST_NODES:
        raise ValueError("aliases multiply")
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (AttributeError, LookupError, TypeError) as error:  # PyYAML on a tag its text does not fit: !!int ""
        raise ValueError("a tag that does not fit") from error


def _written_out(node: yaml.Node, known: dict[int, int]) -> int:
    """Nodes below and with this one, an aliased one as often as it is meant."""
    if isinstance(node, yaml.ScalarNode):
        if node.tag in _NUMBERS and len(node.value) > LONGEST_NUMBER:
            raise ValueError("a number too long")
        return 1
    if id(node) in known:
        if not known[id(node)]:
            raise ValueError("an alias within itself")
        return known[id(node)]
    known[id(node)] = 0
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(keys) != len(node.value) or len(set(keys)) != len(keys):
            raise ValueError("a key stands twice, or is no word")
        parts = [part for pair in node.value for part in pair]
    else:
        parts = node.value
    known[id(node)] = 1 + sum(_written_out(part, known) for part in parts)
    return known[id(node)]

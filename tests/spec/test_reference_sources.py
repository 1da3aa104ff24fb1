"""Dated data says where each number is from and who checked it, and the method page has a place for its kind."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.spec.test_spec import headings

FOLDER = Path(__file__).resolve().parents[2] / "data" / "reference"
# Kind of entry (file, and its part where a file has several) -> the heading that explains it.
KINDS = {
    "combinations.rules.forbidden": "Program yang tidak boleh bersamaan",
    "combinations.rules.wanted": "Program yang diharapkan bersama",
    "combinations.stages": "Siklus hidup",
    "sufficiency": "Cukup menurut aturan",
    "priorities.strategies": "Sasaran dan celah",
    "priorities.substitutes": "Program pengganti",
    "priorities.combination": "Bantuan dasar",
    "unit_costs": "Biaya menutup celah",
    "needs": "Kebutuhan keluarga",
    "facilities": "Fasilitas desa",
    "criteria": "Kriteria daerah",
    "programmes": "Kelayakan program",
    "lines": "Peluang di bawah garis",
    "welfare_classes": "Kelas kesejahteraan",
}
PARTED = {"combinations": ("rules", "stages"), "priorities": ("strategies", "substitutes", "combination")}


def documents() -> dict[str, object]:
    paths = [path for path in FOLDER.rglob("*.yaml") if path.stem != "parameters"]  # these have a heading each
    assert len(paths) >= 10
    return {str(path.relative_to(FOLDER)): yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}


def kinds(name: str, said: dict) -> set[str]:
    stem = name.removesuffix(".yaml").split("/")[0]
    if stem not in PARTED:
        return {stem}
    found = {f"{stem}.{part}" for part in said}
    assert set(said) == set(PARTED[stem])
    if stem == "combinations":
        found |= {f"{stem}.rules.{rule['kind']}" for rule in said["rules"].values()}
        found.remove(f"{stem}.rules")
    return found


def unsourced(node, told: bool = False, where: str = "") -> list[str]:
    """Where a number stands, or a date from which something is in force, under no source that anybody checked or not.

    0 and 1 are no thresholds here: none, some.
    """
    if isinstance(node, dict):
        if "source" in node or "status" in node:
            told = bool(str(node.get("source") or "").strip()) and node.get("status") in ("verified", "unverified")
        return [fault for key, value in node.items() for fault in unsourced(value, told, f"{where}.{key}")]
    if isinstance(node, list):
        return [fault for place, value in enumerate(node) for fault in unsourced(value, told, f"{where}[{place}]")]
    counts = isinstance(node, int | float) and not isinstance(node, bool) and node not in (0, 1)
    return [where] if (counts or isinstance(node, date)) and not told else []


@pytest.mark.parametrize("name", sorted(documents()))
def test_every_number_has_a_source_and_its_kind_a_heading(name):
    said = documents()[name]
    assert not unsourced(said)
    assert {KINDS[kind] for kind in kinds(name, said)} <= headings()


def test_a_number_without_its_source_is_found():
    entry = {"from": date(2025, 1, 1), "parts": {"family": 900_000}, "source": "surat", "status": "unverified"}
    assert unsourced({"PKH": [entry]}) == []
    assert unsourced({"PKH": [entry | {"source": " "}]}) == [".PKH[0].from", ".PKH[0].parts.family"]
    assert unsourced({"PKH": [entry | {"status": "kira-kira"}]})
    assert unsourced({"sempit": {"all": [{"field": "luas", "below": 7.2}]}}) == [".sempit.all[0].below"]

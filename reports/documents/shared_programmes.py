"""What programmes do in one village: hidden as the whole regency's villages and districts demand."""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.coverage import coverage
from reports.documents.blocks import Fact
from reports.documents.material import Material
from reports.documents.shared_places import parents_of, sums_of

KINDS = {"recipients": "Keluarga penerima", "eligible": "Keluarga yang layak",
         "uncovered": "Keluarga yang layak dan belum menerima"}  # fmt: skip


@dataclass(frozen=True)
class VillageProgramme:
    """Families of the village; eligible and uncovered are not known where no rule is in force."""

    programme: str
    name: str
    recipients: Fact
    eligible: Fact
    uncovered: Fact


def village_programmes(material: Material) -> list[VillageProgramme]:
    """The programmes the data know recipients of, in the catalogue's order, in the village that is the scope's region.

    Each count is a tree of villages, districts and the regency, so sheets of several villages do not open one another.
    """
    region = material.scope.region
    around = coverage(material.store, replace(material.scope, region=region[:5]), material.on)
    rows = around.rows[around.rows["by"] == "village"]
    rows = rows.rename(columns={"families": "recipients", "eligible_families": "eligible"})
    rows = rows.assign(uncovered=rows["eligible"] - rows["covered_families"])
    names = around.programmes.set_index("programme")["name"]
    return [
        VillageProgramme(
            str(code), str(names[code]),
            *(_fact(material, of.set_index("village")[kind], str(code), kind, title, around.definition_text)
              for kind, title in KINDS.items()),
        )
        for code, of in rows.groupby("programme", sort=False)
    ]  # fmt: skip


def _fact(material: Material, values: pd.Series, code: str, kind: str, title: str, source: str) -> Fact:
    region = material.scope.region
    villages = sorted({*map(str, values.index), region})
    parents = parents_of(villages, region)
    shown = material.ledger.door.tree(sums_of(values, parents), parents)[region]
    return material.ledger.published(
        f"villages/{region}/programmes/{code}/{kind}", shown, f"{title}, {code}", "keluarga", source
    )

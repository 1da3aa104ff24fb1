"""Villages and their extreme poor as a table that leaves: what documents print, number by number."""

from dataclasses import replace

import pandas as pd

from analytics.pockets import Pockets, find_pockets
from data.store import Store
from reports.disclosure import HIDDEN, REMARK, TOTAL
from reports.documents.door import door
from reports.documents.ledger import HIDDEN as MARK
from reports.documents.ledger import Ledger
from reports.documents.shared_places import PlaceFacts, as_printed, place_facts
from reports.provenance import Provenance
from reports.tables import Sheet, to_xlsx

HEADERS = {"village": "Kode", "name": "Desa/kelurahan", "district": "Kecamatan", "families": "Keluarga miskin ekstrem",
           "persons": "Jiwa miskin ekstrem"}  # fmt: skip
SAME = (
    "Angka di sini sama dengan angka desa itu dalam dokumen resmi (RPKD, laporan, paparan, lampiran, lembar desa): "
    "kosong dengan catatan bila disembunyikan, selain itu dibulatkan. Jumlah adalah hitungan sebenarnya yang "
    "dibulatkan, termasuk desa yang disembunyikan."
)


def printed_places(store: Store, pockets: Pockets) -> dict[str, PlaceFacts]:
    """What official documents print of the villages of a scope, and of the places around them: decided over the whole
    regency, whatever part of it the scope is. Raises what `find_pockets` raises."""
    scope, around = pockets.scope, pockets
    if len(scope.region) > 5:
        around = find_pockets(store, replace(scope, region=scope.region[:5]))
    return place_facts(Ledger(door("official")), around, scope.region)


def pocket_export(store: Store, pockets: Pockets, provenance: Provenance) -> bytes:
    """The villages of a scope as XLSX, most printed persons first, and their whole last."""
    places = printed_places(store, pockets)
    rows = as_printed(pockets, places).by_village[list(HEADERS)]
    rows = rows.sort_values(["persons", "village"], ascending=[False, True], na_position="last")
    own = places[pockets.scope.region]
    whole = {"village": TOTAL, "families": own.families.value, "persons": own.persons.value}
    table = pd.concat([rows.astype(object), pd.DataFrame([whole], dtype=object)], ignore_index=True)
    codes = [*rows["village"], pockets.scope.region]
    table[["families", "persons"]] = table[["families", "persons"]].astype("Int64")
    table[REMARK] = [HIDDEN if MARK in (places[str(code)].families.text, places[str(code)].persons.text) else ""
                     for code in codes]  # fmt: skip
    sheet = Sheet("Kantong", "Jiwa miskin ekstrem per desa", table, HEADERS, (), (SAME,))
    return to_xlsx([sheet], provenance)

"""One whole analysis in the browser: scope, error of a programme, village, family, by-name sheet, and its record.

Every number on the way is that of analytics, called here on a copy of the database. Ends with the check of `watched`:
no request left 127.0.0.1, no console error.
"""

import io
import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from analytics import catalogue
from analytics.family_trace import trace
from analytics.ranking import family_ranks
from analytics.targeting import targeting
from analytics.text import number, percent
from analytics.village import VillageProfile, summary, village_profile
from data.store import Store
from tests.pages.serving import copy_of, settled

pytestmark = pytest.mark.browser

SEMBAKO = "SEMBAKO"


@pytest.fixture(scope="module")
def beside(demo_folder, tmp_path_factory):
    """The same data, opened by the test itself."""
    with Store(copy_of(demo_folder, tmp_path_factory.mktemp("beside"))) as store:
        yield store


def says(page: Page, label: str, value: str) -> None:
    """Waits for it: the cards of a page are redrawn one after another."""
    box = page.get_by_test_id("stMetric").filter(
        has=page.get_by_test_id("stMetricLabel").get_by_text(label, exact=True)
    )
    expect(box.get_by_test_id("stMetricValue")).to_have_text(value)


def opened(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=30_000)
    settled(page)


def choose(page: Page, label: str, option: str, sidebar: bool = False) -> None:
    """Types into a select box and takes what is offered."""
    part = page.get_by_test_id("stSidebar" if sidebar else "stMain")
    box = part.get_by_role("combobox", name=re.compile(label.replace("/", ".")))  # Playwright trips over the stroke
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def error_of(store: Store, region: str) -> dict:
    scope = catalogue.default_scope(store, region=region)
    return targeting(store, scope, programme=SEMBAKO, group="all").rows.iloc[0].to_dict()


def error_is_shown(page: Page, wanted: dict) -> None:
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(percent(wanted["exclusion_error"], 0))
    says(page, "Galat inklusi", percent(wanted["inclusion_error"], 0))
    says(page, "Karena kuota kurang", percent(wanted["quota_shortage"], 0))
    expect(page.get_by_text(f"dari {number(wanted['eligible'])} keluarga yang layak")).to_be_visible()


def worst_village(page: Page, store: Store) -> dict:
    """The error of a programme, the district and in it the village where it is highest; the scope is then the district.

    Gives the village's row of `targeting`, and its district's name.
    """
    regency = catalogue.default_scope(store)
    rules = targeting(store, regency, group="all").programmes.set_index("programme")
    opened(page, "Galat sasaran")
    choose(page, "Program", rules.loc[SEMBAKO, "name"])
    error_is_shown(page, error_of(store, regency.region))
    district = highest(targeting(store, regency, programme=SEMBAKO, group="district").rows)
    choose(page, "Kecamatan", district["name"], sidebar=True)
    expect(page).to_have_url(re.compile("kecamatan="))
    error_is_shown(page, error_of(store, district["value"]))
    inside = catalogue.default_scope(store, region=district["value"])
    return highest(targeting(store, inside, programme=SEMBAKO, group="village").rows) | {"district": district["name"]}


def highest(rows: pd.DataFrame) -> dict:
    """Where the error is highest, of places with enough eligible families to say so."""
    named = rows[rows["name"].notna() & (rows["eligible"] >= 10)]
    return {str(key): value for key, value in named.sort_values("exclusion_error").iloc[-1].items()}


def village_is_shown(page: Page, store: Store, village: dict) -> VillageProfile:
    opened(page, "Profil desa")
    choose(page, "Desa/kelurahan", f"{village['name']} · Kec. {village['district']}")
    expect(page).to_have_url(re.compile(rf"/desa\?.*kode_desa={re.escape(village['value'])}"))
    found = village_profile(store, catalogue.default_scope(store, region=village["value"]))
    expect(page.get_by_role("heading", name=village["name"], level=3)).to_be_visible()
    says(page, "Jiwa miskin ekstrem", number(found.row["persons"]))
    says(page, "Urutan di kecamatan", number(found.rank("district")["place"]))
    says(page, "Urutan persentase", number(found.rank("regency", "rate")["place"]))
    says(page, "Kelengkapan data", percent(found.completeness.iloc[0]["share"], 0))
    expect(page.get_by_text(summary(found))).to_be_visible()
    # The profile counts the missed as the page of errors does.
    missed = found.programmes.set_index("programme").loc[SEMBAKO, "uncovered_families"]
    assert missed == village["eligible_families"] - village["both_families"]
    return found


def family_is_shown(page: Page, store: Store, profile: VillageProfile) -> str:
    """The first of the village's list is the poorest by PMT; gives its pseudonym."""
    page.get_by_role("link", name="Telusuri keluarga di desa ini").click()
    expect(page.get_by_role("heading", name="Telusur keluarga", level=1)).to_be_visible()
    settled(page)
    # The list is a canvas: its first row lies below the header, the box to tick at its left edge.
    page.get_by_test_id("stDataFrame").first.locator(".dvn-scroller").first.click(position={"x": 18, "y": 52})
    first = family_ranks(store, profile.scope, limit=1)["pseudonym"].iloc[0]
    family = trace(store, profile.scope, first)
    expect(page.get_by_test_id("stMarkdownContainer").filter(has_text=first)).to_be_visible()
    settled(page)
    says(page, "Desil tercatat", number(family.decile_recorded))
    says(page, "Desil PMT", number(family.decile_pmt))
    assert first not in page.url
    return first


def sheet_leaves_on_record(page: Page, database: Path, profile: VillageProfile, pseudonym: str) -> None:
    opened(page, "Kantong kemiskinan")
    expect(page.get_by_text(profile.code).first).to_be_visible()
    page.get_by_text("Lembar verval untuk petugas").click()
    page.get_by_label("Tujuan").fill("Verifikasi keluarga yang terlewat Sembako")
    page.get_by_label("Penerima").fill("Dinas Sosial")
    page.get_by_role("button", name="Siapkan lembar").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh lembar verval (XLSX)").click()
    assert profile.code in download.value.suggested_filename
    book = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    texts = book.read("xl/sharedStrings.xml").decode()
    assert pseudonym in texts
    assert not re.search(r"(?<!\d)\d{16}(?!\d)", texts)
    entry = json.loads(database.with_suffix(".audit.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert entry["action"] == "verval_workbook"
    assert entry["recipient"] == "Dinas Sosial"
    assert entry["rows"] == profile.families.total
    assert profile.code in json.dumps(entry)
    assert pseudonym not in json.dumps(entry)


def test_from_the_error_of_a_programme_to_the_families_to_visit(watched, server, beside):
    page = watched.page
    page.goto(f"{server.url}/")
    expect(page.get_by_role("heading", name="Ringkasan", level=1)).to_be_visible(timeout=30_000)
    settled(page)
    village = worst_village(page, beside)
    profile = village_is_shown(page, beside, village)
    pseudonym = family_is_shown(page, beside, profile)
    sheet_leaves_on_record(page, server.database, profile, pseudonym)

"""A register in headers and codes no shipped profile knows: mapped, kept, imported; counts by pandas."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from typer.testing import CliRunner

from cli import app
from data.columns import file_columns, masked_samples
from data.errors import Refused
from data.ingest import import_files
from data.profile_draft import preview
from data.profile_draft_register import RegisterDraft, likely_kinds, propose_table, stage_unknown
from data.profile_files import delete_profile, profile_folder, profile_text, receive_profile, save_profile
from data.profiles import find_profiles, known_headers, load_profile, saved_profiles
from data.store import Store
from tests.data.foreign_register import FLAGS, FLOORS, RELATIONS, SEXES, WATERS, frames, write_register

FIELDS = {
    "family": {"family_id": "nmr_rt", "head_name": "krt", "address": "tmpt", "village_code": "kd_wil",
               "decile_regency": "klp", "floor": "jns_lt", "water": "ai", "motorcycle": "spd", "PKH": "bt_k",
               "SEMBAKO": "bt_s", "dukcapil_match": "pdn"},
    "person": {"family_id": "nmr_rt", "nik": "nmr_or", "name": "nm_or", "sex": "jk_or", "birth_date": "tgl",
               "relation": "hub"},
    "recipients": {"programme": "jns_bt", "nik": "nmr_or", "period": "th"},
}  # fmt: skip
WORDS = {
    "floor": FLOORS, "water": WATERS, "sex": SEXES, "relation": RELATIONS, "programme": {"B7": "PIP", "B8": None},
} | dict.fromkeys(("motorcycle", "PKH", "SEMBAKO", "dukcapil_match", "disability"), FLAGS)  # fmt: skip


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    return write_register(tmp_path_factory.mktemp("asing"))


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.duckdb") as opened:
        yield opened


def mapped(part):
    """The file as a person who has its codebook maps it."""
    for name in part.types:
        part = part.with_field(name, FIELDS[part.kind].get(name))
    if part.kind == "person":
        part = part.with_field("disability", "hmb_a", "hmb_b")
    for name in part.values:
        part = part.with_values(name, WORDS[name])
    return part


def look(store, paths):
    staged = {kind: stage_unknown(store, path, path.name) for kind, path in paths.items()}
    columns = {kind: file_columns(store, table) for kind, table in staged.items()}
    return staged, columns


@pytest.fixture
def drafted(store, paths):
    staged, columns = look(store, paths)
    tables = [mapped(propose_table(store, kind, columns[kind])) for kind, table in staged.items()]
    return RegisterDraft("Data Terpadu Rekaan", tuple(tables), rank_area="regency"), staged


def test_nobody_knows_these_files(store, paths):
    headers = {header for frame in frames(paths).values() for header in frame}
    assert not headers & known_headers()
    with pytest.raises(Refused) as refused:
        import_files(store, list(paths.values()))
    assert refused.value.code == "unknown_format"


def test_what_the_cells_give_away_is_proposed(store, paths):
    staged, columns = look(store, paths)
    assert likely_kinds(store, list(staged.values())) == ["family", "person", "recipients"]
    family = propose_table(store, "family", columns["family"]).fields
    assert (family["family_id"], family["village_code"]) == ("nmr_rt", "kd_wil")
    assert propose_table(store, "person", columns["person"]).fields["nik"] == "nmr_or"


def test_headers_in_an_offices_own_words_are_proposed(store, tmp_path):
    """Abbreviated headers, answers with their place in the questionnaire, one word of a longer known answer."""
    path = tmp_path / "data.csv"
    path.write_text(
        "NOMOR URUT;NO. RUMAH TANGGA;KODE WILAYAH DESA;KATEGORI SEJAHTERA;NAMA KRT;NOMOR INDUK KEPENDUDUKAN KRT;L/P;"
        "LANTAI TERLUAS;JAMBAN;AIR MINUM;DAPAT PKH?\n"
        + "".join(
            f"{no};RT{no};1971011006;D{no % 4 + 1};Warga {no};9901{no:012d};{'LP'[no % 2]};"
            f"{('1. Tanah', '4. Papan', '3. Granit')[no % 3]};{('Sendiri', 'Numpang')[no % 2]};"
            f"{('PDAM', 'Sungai', 'Sumur gali')[no % 3]};{'YN'[no % 2]}\n"
            for no in range(1, 25)
        )
    )
    table = propose_table(store, "family", file_columns(store, stage_unknown(store, path, path.name)))
    assert {field: header for field, header in table.fields.items() if header} == {
        "family_id": "NO. RUMAH TANGGA", "village_code": "KODE WILAYAH DESA", "decile_national": "KATEGORI SEJAHTERA",
        "head_name": "NAMA KRT", "head_nik": "NOMOR INDUK KEPENDUDUKAN KRT", "head_sex": "L/P",
        "floor": "LANTAI TERLUAS", "toilet": "JAMBAN", "water": "AIR MINUM", "PKH": "DAPAT PKH?",
    }  # fmt: skip
    assert table.values["floor"] == {"1. Tanah": "earth", "4. Papan": "wood", "3. Granit": "tile"}
    # Whether a dug well is protected, the word does not say.
    assert table.values["water"] == {"PDAM": "piped", "Sungai": "surface", "Sumur gali": None}
    assert table.values["toilet"] == {"Sendiri": "own", "Numpang": None}


def test_samples_never_show_a_person_under_any_header(store, paths):
    staged, columns = look(store, paths)
    for kind, table in staged.items():
        samples = masked_samples(store, table, columns[kind])
        personal = {"nmr_rt", "krt", "tmpt", "nmr_or", "nm_or", "tgl"} & set(samples)
        assert {samples[header] for header in personal} == {"••••••"}
        assert not any("Rekaan" in text or "Warga" in text or "Jalan" in text for text in samples.values())
    assert "99010" in masked_samples(store, staged["family"])["kd_wil"]


def test_the_import_counts_what_pandas_counts(store, paths, drafted):
    made, _ = drafted
    assert made.lacking() == []
    name = save_profile(store, made)
    report = import_files(store, list(paths.values()), name)
    files = frames(paths)
    home, people, lists = files["family"], files["person"], files["recipients"]
    assert (report.families, report.persons) == (len(home), len(people))
    assert report.rows_quarantined == 0
    assert not any(flag.startswith("unknown_value") for flag in report.flags)
    kept = store.frame("SELECT * FROM family ORDER BY family_no")
    assert kept["floor"].fillna("").tolist() == [FLOORS[cell] or "" for cell in home["jns_lt"]]
    assert kept["water"].tolist() == [WATERS[cell] for cell in home["ai"]]
    assert kept["motorcycle"].tolist() == (home["spd"] == "V").tolist()
    assert kept["dukcapil_match"].tolist() == (home["pdn"] == "V").tolist()
    assert kept["decile_recorded"].tolist() == home["klp"].astype(int).tolist()
    assert kept["village_code"].str.replace(".", "").tolist() == home["kd_wil"].tolist()
    members = store.frame("SELECT * FROM person ORDER BY person_no")
    assert members["sex"].tolist() == people["jk_or"].map(SEXES).tolist()
    assert members["relation"].tolist() == people["hub"].map(RELATIONS).tolist()
    assert members["disability"].tolist() == ((people["hmb_a"] == "V") | (people["hmb_b"] == "V")).tolist()
    born = pd.to_datetime(people["tgl"], format="%d-%m-%Y")
    assert pd.to_datetime(members["birth_date"]).tolist() == born.tolist()
    enrolled = store.frame("SELECT programme, source, family_no FROM enrolment").groupby(["programme", "source"]).size()
    assert enrolled["PKH", "flag"] == (home["bt_k"] == "V").sum()
    assert enrolled["SEMBAKO", "flag"] == (home["bt_s"] == "V").sum()
    assert enrolled["PIP", "list"] == (lists["jns_bt"] == "B7").sum()
    assert enrolled["B8", "list"] == (lists["jns_bt"] == "B8").sum()  # a word without a meaning keeps its own
    snapshot = store.one("SELECT unit, frame, rank_area FROM snapshot")
    assert snapshot == {"unit": "family", "frame": "full", "rank_area": "regency"}


def test_a_saved_profile_is_recognised_by_itself_and_a_sent_one_gives_the_same_data(store, paths, drafted, tmp_path):
    name = save_profile(store, drafted[0])
    by_itself = import_files(store, list(paths.values()))
    sent = tmp_path / "kiriman.yaml"
    sent.write_text(profile_text(store, name), encoding="utf-8")
    answers = []
    for place, profile in enumerate((str(sent), "data_terpadu_rekaan")):
        elsewhere = tmp_path / f"k{place}" / "t.duckdb"
        elsewhere.parent.mkdir()
        if place:
            with Store(elsewhere) as other:
                assert receive_profile(other, sent.read_bytes(), sent.name).name == name
        files = [str(path) for path in paths.values()]
        ran = CliRunner().invoke(app, ["import", *files, "--profile", profile, "--db", str(elsewhere), "--json"])
        assert ran.exit_code == 0, ran.output
        answers.append(json.loads(ran.stdout))
    assert {answer["snapshot_id"] for answer in answers} == {by_itself.snapshot_id}
    assert all(answer["families"] == by_itself.families for answer in answers)


def test_the_preview_reads_words_and_programmes(store, drafted, paths):
    made, staged = drafted
    rows = preview(store, made, staged["family"], "family")
    home = frames(paths)["family"].head(10)
    assert rows["floor"].fillna("").tolist() == [FLOORS[cell] or "" for cell in home["jns_lt"]]
    assert rows["PKH"].tolist() == (home["bt_k"] == "V").tolist()
    assert rows["village_code"].str.replace(".", "").tolist() == home["kd_wil"].tolist()
    listed = preview(store, made, staged["recipients"], "recipients")
    assert set(listed["programme"].dropna()) == {"PIP"}


def test_what_is_lacking_is_said(drafted):
    made, _ = drafted
    home, people, lists = made.tables
    for wrong, word in (
        (made.with_table(home.with_field("village_code")), "kode desa"),
        (made.with_table(home.with_field("family_id")), "nomor keluarga"),
        (made.with_table(people.with_field("family_id")), "nomor keluarga"),
        (made.with_table(lists.with_field("programme")), "nama program"),
        (made.with_table(lists.with_field("nik")), "NIK"),
        (replace(made, tables=(people, lists)), "berkas keluarganya"),
        (replace(made, frame="truncated"), "persen"),
        (replace(made, rank_area=None), "wilayah"),
        (made.with_table(home.with_values("PKH", {"V": "false", "X": "true"})), "berarti ya"),
        (replace(made, title="P3KE 2024"), "pilih nama lain"),
        (replace(made, title="nul"), "pilih nama lain"),
        (replace(made, title="../../"), "Beri nama"),
    ):
        assert any(word in sentence for sentence in wrong.lacking()), word


def test_a_hostile_name_becomes_a_plain_one(store, drafted):
    made = replace(drafted[0], title="../../etc/pass wd; <b>`x`[1]")
    with pytest.raises(Refused) as refused:
        save_profile(store, made)
    assert refused.value.code == "bad_profile"
    name = save_profile(store, replace(made, title="../../etc/pass wd"))
    assert name == "etc_pass_wd"
    assert [path.name for path in profile_folder(store).iterdir()] == ["etc_pass_wd.yaml"]


def test_percentiles_pieces_and_a_share(store, tmp_path):
    path = tmp_path / "potong.csv"
    rows = "".join(f"K{n};99;1;1;{1001 + n % 3};{n}\n" for n in range(1, 101))
    path.write_text("kunci;a1;a2;a3;a4;pers\n" + rows, encoding="utf-8")
    staged = stage_unknown(store, path, path.name)
    part = propose_table(store, "family", file_columns(store, staged))
    pieces = {"province_code": "a1", "regency_code": "a2", "district_code": "a3", "village_number": "a4"}
    chosen = {"family_id": "kunci", "percentile_recorded": "pers"} | pieces
    for name in part.types:
        part = part.with_field(name, chosen.get(name))
    made = RegisterDraft("Potongan", (part,), "household", "truncated", 0.4)
    assert made.areas() == ("national", "province", "regency")
    assert any("wilayah" in sentence for sentence in made.lacking())
    made = replace(made, rank_area="province")
    assert made.lacking() == []
    report = import_files(store, [path], save_profile(store, made))
    assert (report.families, report.villages) == (100, 3)
    kept = store.frame("SELECT decile_recorded, decile_province, village_code FROM family ORDER BY family_no")
    assert kept["decile_recorded"].tolist() == [-(-n // 10) for n in range(1, 101)]
    assert set(kept["village_code"]) == {"99.01.01.1001", "99.01.01.1002", "99.01.01.1003"}
    snapshot = store.one("SELECT unit, frame, frame_share, rank_area FROM snapshot")
    assert snapshot == {"unit": "household", "frame": "truncated", "frame_share": 0.4, "rank_area": "province"}
    without = made.with_table(part.with_field("village_number"))
    assert any("terpotong" in sentence for sentence in without.lacking())


GOOD = "name: baik\ntitle: Baik\ntables: [{kind: family, recognise: [floor], fields: {floor: [lantai]}}]\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(12)
)
HOSTILE = {
    "path as a name": GOOD.replace("name: baik", "name: ../../baik"),
    "SQL as a word": GOOD.replace("[lantai]}", "[lantai], car: {columns: [m], values: {'true) x': [Y]}}}"),
    "link in the title": GOOD.replace("title: Baik", "title: '[klik](http://x.example)'"),
    "bomb": BOMB,
    "bomb below a profile": GOOD + "note: *a\n",
    "itself within itself": "a: &a [*a]\n",
    "a field twice": GOOD.replace("{floor: [lantai]}", "{floor: [lantai], floor: [dinding]}"),
    "a key twice": GOOD + "title: Lain\n",
    "python object": "!!python/object/apply:os.system ['true']\n",
    "deep": "[" * 5000,
    "no profile": "halo\n",
    "empty": "",
    "long": GOOD + "# " + "x" * 1_100_000,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_profile_is_refused_and_nothing_kept(store, tmp_path, text):
    path = tmp_path / "jahat.yaml"
    path.write_text(text, encoding="utf-8")
    for use in (lambda: receive_profile(store, text.encode(), path.name), lambda: load_profile(path)):
        with pytest.raises(Refused) as refused:
            use()
        assert refused.value.code == "bad_profile"
        assert "jahat.yaml" in refused.value.message
    assert not profile_folder(store).exists()


def test_a_received_profile_takes_no_others_place(store):
    receive_profile(store, GOOD.encode(), "a.yaml")
    receive_profile(store, GOOD.encode(), "again.yaml")
    for other in (GOOD.replace("[lantai]", "[ubin]"), GOOD.replace("name: baik", "name: dtsen_2026")):
        with pytest.raises(Refused) as refused:
            receive_profile(store, other.encode(), "b.yaml")
        assert refused.value.code == "profile_taken"
    with pytest.raises(Refused):
        receive_profile(store, b"\xff\xfe\x00", "c.yaml")
    assert list(saved_profiles(profile_folder(store))) == ["baik"]
    assert find_profiles("auto", profile_folder(store))[0].name == "baik"


def test_a_profile_goes_unless_data_here_came_in_through_it(store):
    receive_profile(store, GOOD.encode(), "a.yaml")
    with store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO snapshot (snapshot_id, label, source, imported_at, unit, frame, code_system, data_hash) "
            "VALUES ('s1', 'Data 2026', 'baik', now(), 'family', 'full', 'kemendagri', 'x')"
        )
    with pytest.raises(Refused) as refused:
        delete_profile(store, "baik")
    assert refused.value.code == "profile_in_use"
    with store.transaction() as cursor:
        cursor.execute("DELETE FROM snapshot")
    delete_profile(store, "baik")
    assert not saved_profiles(profile_folder(store))
    with pytest.raises(Refused) as refused:
        delete_profile(store, "baik")
    assert refused.value.code == "unknown_profile"

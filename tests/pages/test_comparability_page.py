"""Page Data says what two data cannot be compared in, as soon as there are two."""

import pytest

from data.ingest import import_files
from data.store import Store
from tests.pages.serving import copy_of

P3KE = (
    "ID Keluarga;Kode Kemdagri;Desa;Desil Kesejahteraan;Jenis Lantai;Memiliki fasilitas Buang Air Besar\n"
    "K1;19.71.01.1006;Bacang;1;Tanah;Ya, dengan Septictank\n"
)


@pytest.fixture
def app(demo_folder, tmp_path, dashboard):
    path = copy_of(demo_folder, tmp_path)
    (tmp_path / "p3ke.csv").write_text(P3KE)
    with Store(path) as store:
        import_files(store, [tmp_path / "p3ke.csv"], label="P3KE lama")
    return dashboard(path)


def test_two_data_are_compared_in_words(app):
    app.run()
    app.switch_page("pages/data.py").run()
    assert not app.exception
    assert "Dapatkah dua data dibandingkan?" in [heading.value for heading in app.subheader]
    said = " ".join(element.value for element in [*app.markdown, *app.warning])
    assert "ciri dapat dibandingkan langsung" in said
    assert "hanya bagian termiskin" in said

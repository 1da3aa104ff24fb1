"""The first screen of an empty database, and the thread that fills it."""

import threading

import streamlit as st

from data.disk import disk_faults
from data.errors import Refused
from data.store import Store
from pages._shared import open_store


class FirstStart:
    """Builds the synthetic regency once, in a thread of its own: closing the tab does not undo it."""

    def __init__(self, store: Store):
        self.share, self.phrase, self.refusal = 0.0, "Menyiapkan basis data", ""
        self._store = store
        self._thread = threading.Thread(target=self._build, daemon=True)
        self._thread.start()

    def _build(self) -> None:
        from analytics.pipeline import first_start

        try:
            with disk_faults():
                first_start(self._store, self._tell)
        except Refused as refused:
            self.refusal = refused.message
        except Exception:
            self.refusal = "Kabupaten contoh gagal disusun; hapus berkas basis data yang belum jadi, lalu mulai lagi."
            raise

    def _tell(self, share: float, phrase: str) -> None:
        self.share, self.phrase = share, phrase

    @property
    def running(self) -> bool:
        return self._thread.is_alive()


@st.cache_resource(show_spinner=False)
def _first_start() -> FirstStart:
    return FirstStart(open_store())


@st.fragment(run_every=1.0)
def welcome() -> None:
    """The first screen of an empty database: what is being built, and how far it is."""
    st.title("Selamat datang di Tepat")
    st.markdown(
        "Basis data masih kosong. Tepat sedang menyusun **kabupaten contoh yang sepenuhnya fiktif** agar semua layar "
        "dapat dicoba; ini perlu sekitar setengah menit. Setelah itu, muat berkas kantor Anda di halaman Data."
    )
    job = _first_start()
    if job.refusal:
        st.error(job.refusal, icon=":material/block:")
    elif job.running:
        st.progress(min(job.share, 1.0), text=job.phrase)
    else:
        st.rerun()

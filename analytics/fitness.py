"""The four lights of the guide's fitness rule: may this data be used for targeting? (chapter IV, 4.2(2))"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from analytics import catalogue
from analytics.text import day, number, percent
from data.errors import Refused
from data.reference import parameter
from data.store import Store

State = Literal["green", "red", "grey"]

LIGHT_NAMES: dict[str, str] = {
    "updated": "Dimutakhirkan dalam setahun",
    "dukcapil": "Padan dengan Dukcapil",
    "musdes": "Disetujui musdes/muskel",
    "decree": "Ditetapkan kepala daerah",
}
ENTERED = ("musdes", "decree")


@dataclass(frozen=True)
class Light:
    """One condition. state: green (met), red (not met), grey (not known). text: why, in Indonesian."""

    name: str
    title: str
    state: State
    text: str


@dataclass(frozen=True)
class Fitness:
    """The four lights, in the guide's order. fit: true when all are green, false when one is red, else null."""

    lights: tuple[Light, ...]

    @property
    def fit(self) -> bool | None:
        states = {light.state for light in self.lights}
        return False if "red" in states else True if states == {"green"} else None


def fitness(store: Store, snapshot_id: str, today: date | None = None) -> Fitness:
    """The lights of a snapshot on a day. Raises Refused `snapshot_unknown`."""
    on = today or date.today()
    held = catalogue.snapshot(store, snapshot_id)
    return Fitness(
        (
            _updated(held.source_date, on),
            _dukcapil(store, snapshot_id, on),
            _entered(store, snapshot_id, "musdes", "Kesepakatan musdes/muskel"),
            _entered(store, snapshot_id, "decree", "Keputusan kepala daerah"),
        )
    )


def _light(name: str, state: State, text: str) -> Light:
    return Light(name, LIGHT_NAMES[name], state, text)


def _updated(source_date: date | None, on: date) -> Light:
    limit = int(parameter("fitness_max_age_days", on).value)
    if source_date is None:
        return _light("updated", "grey", "Tanggal data tidak diketahui; isi tanggalnya saat mengimpor.")
    age = (on - source_date).days
    if age < 0:
        return _light("updated", "grey", f"Tanggal data {day(source_date)} belum terjadi; periksa tanggal impor.")
    text = f"Data per {day(source_date)}, berumur {number(age)} hari (paling lama {number(limit)} hari)."
    return _light("updated", "green" if age <= limit else "red", text)


def _dukcapil(store: Store, snapshot_id: str, on: date) -> Light:
    row = store.one(
        "SELECT count(dukcapil_match) AS known, count(*) FILTER (WHERE dukcapil_match) AS matched, "
        "count(*) AS families FROM family WHERE snapshot_id = $id",
        {"id": snapshot_id},
    )
    if row is None or not row["known"]:
        return _light("dukcapil", "grey", "Tidak diketahui: berkas tidak memuat kolom padan Dukcapil.")
    share, limit = row["matched"] / row["known"], parameter("fitness_min_match", on).value
    text = (
        f"{percent(share, 1)} dari {number(row['known'])} keluarga yang diketahui, padan "
        f"(paling sedikit {percent(limit)})."
    )
    blank = row["families"] - row["known"]
    if blank:
        text += f" {number(blank)} keluarga tidak berisi keterangan padan."
    return _light("dukcapil", "green" if share >= limit else "red", text)


def _entered(store: Store, snapshot_id: str, light: str, title: str) -> Light:
    row = store.one(
        "SELECT date, number FROM fitness WHERE snapshot_id = $id AND light = $light ORDER BY entered_at DESC LIMIT 1",
        {"id": snapshot_id, "light": light},
    )
    if row is None:
        return _light(light, "grey", f"{title} belum dimasukkan; isi tanggal dan nomornya bila sudah ada.")
    return _light(light, "green", f"{title} nomor {row['number']}, {day(row['date'])}.")


def enter_light(store: Store, snapshot_id: str, light: str, date: date, number: str, today: date | None = None) -> None:
    """Records a musdes agreement or a decree with its date and number; the latest entry counts, earlier ones stay.

    Raises Refused `light_unknown`, `light_incomplete`, `snapshot_unknown`.
    """
    catalogue.snapshot(store, snapshot_id)
    if light not in ENTERED:
        raise Refused(
            "light_unknown", "Hanya musdes dan penetapan kepala daerah yang diisi tangan; pilih salah satunya."
        )
    if not number.strip():
        raise Refused("light_incomplete", "Nomor berita acara atau keputusan masih kosong; isi dahulu nomornya.")
    if date > (today or datetime.now().date()):
        raise Refused(
            "light_incomplete", "Tanggalnya belum terjadi; isi tanggal berita acara atau keputusan yang benar."
        )
    with store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO fitness VALUES ($id, $light, $date, $number, $entered)",
            {"id": snapshot_id, "light": light, "date": date, "number": number.strip(), "entered": datetime.now()},
        )

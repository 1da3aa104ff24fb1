"""Scorecards as files below the store: taken away when nobody ranks by them any more."""

from pathlib import Path

from analytics.model_card import ModelCard
from data.disk import disk_faults
from data.errors import Refused
from data.store import Store


def delete_card(store: Store, name: str) -> None:
    """Take away the card of a file name below `store.models`, and the survey kept for it if no other card needs that.

    Refused `model_unknown`; `model_in_use` where the last run of some data scored with it.
    """
    path = store.models / name
    if path not in set(store.models.glob("*.yaml")):
        raise Refused("model_unknown", "Model itu sudah tidak ada; muat ulang halaman ini.")
    runs = store.rows("SELECT model, model_card FROM run WHERE model_card IS NOT NULL")
    if any(row["model"] and Path(row["model"]).name == name for row in runs):
        raise Refused(
            "model_in_use",
            "Model ini masih dipakai memeringkat data; pilih model lain dengan “Pakai model ini” dahulu, lalu hapus.",
        )
    survey = _survey(path)
    needed = {ModelCard.model_validate_json(row["model_card"]).survey_file for row in runs}
    needed |= {_survey(other) for other in store.models.glob("*.yaml") if other != path}
    with disk_faults():
        path.unlink()
        if survey and survey not in needed:
            (store.surveys / survey).unlink(missing_ok=True)


def _survey(path: Path) -> str | None:
    """The kept survey of a card; None where there is none or the file is no card any more."""
    try:
        return ModelCard.load(path).survey_file
    except Refused:
        return None

"""Profiles beside the database: kept from a draft, sent to another office, received from one."""

import os
from pathlib import Path

from data.disk import disk_faults
from data.errors import Refused
from data.profile_draft import Draft
from data.profiles import PROFILES, Profile, profile_of_text, saved_profiles, shipped_profiles
from data.store import Store


def profile_folder(store: Store) -> Path:
    """Where the profiles made or received here lie; it may not exist yet."""
    return store.path.parent / PROFILES


def save_profile(store: Store, made: Draft) -> str:
    """Keep a draft below the store, in place of an earlier one of the same name; its name.

    Refused `profile_incomplete` (see `Draft.lacking`), `bad_profile`.
    """
    if lacking := made.lacking():
        raise Refused("profile_incomplete", lacking[0])
    made.profile()
    _write(store, made.name, made.to_yaml())
    return made.name


def receive_profile(store: Store, content: bytes, shown: str) -> Profile:
    """Keep a profile another office sent; `shown`: the file's name for the user. Its own name names it here.

    Refused `bad_profile` where it is none, `profile_taken` where a profile of that name with another content is here.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("bad_profile", f"Berkas {shown} bukan profil; profil adalah berkas teks YAML.") from error
    profile = profile_of_text(text, shown)
    known = shipped_profiles() | saved_profiles(profile_folder(store))
    if known.get(profile.name, profile) != profile:
        raise Refused(
            "profile_taken",
            f"Profil bernama “{profile.name}” sudah ada dan isinya berbeda; ganti baris name dalam berkas {shown}, "
            "lalu coba lagi.",
        )
    if profile.name not in shipped_profiles():
        _write(store, profile.name, text)
    return profile


def profile_text(store: Store, name: str) -> str:
    """The text of a profile kept here, to be sent. Refused `unknown_profile`."""
    if name not in saved_profiles(profile_folder(store)):
        raise Refused("unknown_profile", "Profil itu tidak tersimpan di sini; pilih salah satu yang tampil.")
    return (profile_folder(store) / f"{name}.yaml").read_text(encoding="utf-8")


def delete_profile(store: Store, name: str) -> None:
    """Take away a profile kept here. Refused `unknown_profile`; `profile_in_use` where data here came in through it."""
    profile_text(store, name)
    row = store.one("SELECT label FROM snapshot WHERE source = $name LIMIT 1", {"name": name})
    if row is not None:
        raise Refused(
            "profile_in_use",
            f"Profil ini masih menjelaskan data “{row['label']}” di sini, jadi tidak dapat dihapus.",
        )
    with disk_faults():
        (profile_folder(store) / f"{name}.yaml").unlink()


def _write(store: Store, name: str, text: str) -> None:
    folder = profile_folder(store)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{name}.yaml"
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)

"""The home directory of the embedded server: what lies where, and when it cannot be trusted."""

from __future__ import annotations

import json
import secrets
import subprocess
from pathlib import Path
from typing import IO

from metrics.private_files import private_file, put_in_place
from metrics.server.programs import EmbeddedServerRefused, program_path

_SECRETS = ("owner_password", "application_password")


def refuse_odd_name(home: Path) -> None:
    """PostgreSQL starts its server by way of a shell and does not quote these."""
    odd = sorted(set(str(home)) & set('"$`\\\n'))
    if odd:
        raise EmbeddedServerRefused(
            f"the database cannot live in {str(home)!r}: its path holds {' '.join(odd)}. "
            "Choose another directory with BIAOCHI_HOME."
        )


def users_lock(home: Path) -> IO[str]:
    """Make `home` if it is not there and open the file on which its users hold locks. Raises EmbeddedServerRefused."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        return (home / "users.lock").open("a")
    except OSError as error:
        raise EmbeddedServerRefused(
            f"{home} cannot be written ({error.strerror}). If it belongs to another user, run as that user, "
            "or choose another directory with BIAOCHI_HOME."
        ) from error


def write_secrets(home: Path) -> None:
    """Draw the passwords of both roles, unless that was done before."""
    path = home / "postgres.json"
    if path.exists():
        return
    file = private_file(home / "postgres.json.new")
    json.dump({name: secrets.token_urlsafe(24) for name in _SECRETS}, file, indent=1)
    put_in_place(file, path)


def known_secrets(home: Path) -> dict[str, str]:
    """The passwords of both roles. Raises EmbeddedServerRefused if they are lost."""
    path = home / "postgres.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(known[name]) for name in _SECRETS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EmbeddedServerRefused(
            f"{path} cannot be read ({error!r}), so the secrets of the database beside it are unknown. "
            "Put the file back from a backup, or move the whole directory away to start anew."
        ) from error


def refuse_other_version(cluster: Path) -> None:
    """Raise EmbeddedServerRefused if the cluster was written by another major version than the wheel's."""
    written = (cluster / "PG_VERSION").read_text(encoding="utf-8").strip()
    ours = subprocess.run([program_path("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    if ours.split()[-1].split(".")[0] != written:
        raise EmbeddedServerRefused(
            f"{cluster} was written by PostgreSQL {written}, this program brings {ours.strip()}. "
            "Restore a backup into a new home directory."
        )


def has_cluster(home: Path) -> bool:
    """True if a database was made in `home`."""
    return (cluster_of(home) / "PG_VERSION").exists()


def cluster_of(home: Path) -> Path:
    """Where the cluster lies."""
    return home / "postgres"

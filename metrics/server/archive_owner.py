"""Whose an archive of WAL is: one cluster's, by a name of its own that both hold.

A cluster that was restored is another one, though its files are called alike: what it wrote among the WAL of the one
that it was restored from would end or falsify every later restore of that.
"""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path

from metrics.server.programs import give

OWNER_NAME = "biaochi-archive-id"  # of a file in the cluster and of one in its archive
WAL_NAMED = re.compile(r"[0-9A-F]{24}")


def name_anew(cluster: Path) -> None:
    """Give a cluster that was made or restored a name that no other has. Raises OSError."""
    path = cluster / OWNER_NAME
    path.unlink(missing_ok=True)
    path.write_text(secrets.token_hex(16), encoding="ascii")
    path.chmod(0o600)
    give(path)


def keep_name(before: Path, after: Path) -> None:
    """`after` is the cluster `before`, upgraded, and goes on with its archive. Raises OSError."""
    if _name_in(before) is not None:
        shutil.copyfile(before / OWNER_NAME, after / OWNER_NAME)
        (after / OWNER_NAME).chmod(0o600)
        give(after / OWNER_NAME)


def is_own(cluster: Path, archive: Path) -> bool:
    """True if `cluster` may write into `archive`, which then says so: it is nobody's, or has been the cluster's.

    An archive of before there were such names is that of a cluster of before them. Where the names can be neither read
    nor written nothing is known, and the server's own failures tell.
    """
    try:
        own, owner = _name_in(cluster), _name_in(archive)
        if owner is None and own is not None and any(WAL_NAMED.fullmatch(path.name) for path in archive.iterdir()):
            return False
        if own is None:
            name_anew(cluster)
            own = _name_in(cluster)
        if owner is None:
            owner = _claim(archive, own or "")
    except OSError:
        return True
    return owner == own


def _claim(archive: Path, own: str) -> str | None:
    """Write whose it is, unless somebody else was quicker; whose it is then."""
    made = archive / f"{OWNER_NAME}.{secrets.token_hex(4)}"
    try:
        made.write_text(own, encoding="ascii")
        made.chmod(0o600)
        give(made)
        (archive / OWNER_NAME).hardlink_to(made)
    except FileExistsError:
        return _name_in(archive)
    finally:
        made.unlink(missing_ok=True)
    return own


def _name_in(folder: Path) -> str | None:
    try:
        return (folder / OWNER_NAME).read_text(encoding="ascii")
    except FileNotFoundError:
        return None

"""The embedded server's archive of what it writes (WAL), which brings a base backup to any moment after it."""

from __future__ import annotations

from pathlib import Path

import structlog

from metrics.server.archive_owner import is_own
from metrics.server.programs import EmbeddedServerRefused, give, let_pass

log = structlog.get_logger(__name__)

_SWITCHED_EVERY = 300  # seconds; what is lost with the machine at most


def archive_options(folder: Path | None, *, cluster: Path) -> str:
    """Options by which the server of `cluster` copies every finished file of WAL into `folder`, whole and on the disk.

    It is made if it is not there. None, or another cluster's archive: nothing is archived. Raises EmbeddedServerRefused
    for a name that the server cannot be given, or a folder that cannot be made.
    """
    if folder is None:
        return ""
    path = str(folder.resolve())
    refuse_unquotable(path)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        give(folder)
        let_pass(folder.resolve().parent)
    except OSError as error:
        raise EmbeddedServerRefused(f"the archive of WAL {path} cannot be made: {error.strerror}") from error
    if not is_own(cluster, folder):
        log.error("wal_not_archived", archive=path, reason="it is the archive of another database; name another folder")
        return ""
    return (
        " -c archive_mode=on -c archive_library=basic_archive"
        f" -c basic_archive.archive_directory='{path}' -c archive_timeout={_SWITCHED_EVERY}"
    )


def refuse_unquotable(path: str) -> None:
    """The server is started, and fetches WAL, by way of a shell."""
    odd = sorted(set(path) & set("'\"$`\\\n%"))
    if odd:
        raise EmbeddedServerRefused(f"the archive of WAL cannot lie in {path!r}: its name holds {' '.join(odd)}")

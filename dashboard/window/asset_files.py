"""The files of the browser's part, at an address that changes with what is in them: a browser asks for each once.

The address holds a digest of all of them, because modules name each other by relative paths, to which nothing can be
added. Another digest, of a window opened before the service was renewed, is answered with the files as they are now.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_from_directory

FOLDER = Path(__file__).parents[1] / "assets"
_ROOT = "/assets/"
_OF_A_VERSION = re.compile(r"[0-9a-f]{16}/(.+)")


@cache
def assets_version() -> str:
    """A digest of every file and its name."""
    digest = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(FOLDER).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:16]


def asset_url(path: str) -> str:
    """Where the browser finds the file at `path` within the folder."""
    return f"{_ROOT}{assets_version()}/{path}"


def is_unchanging(address: str) -> bool:
    """True for an address at which there will never be anything else."""
    return address.startswith(f"{_ROOT}{assets_version()}/")


def install_assets(server: Flask) -> None:
    """Answer for addresses without a digest, or with that of another version."""

    def file(name: str) -> Response:
        of_another = _OF_A_VERSION.fullmatch(name)
        return send_from_directory(FOLDER, of_another[1] if of_another else name)

    server.add_url_rule(f"{_ROOT}<path:name>", "asset_file", file)

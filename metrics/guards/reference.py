"""What the migrations make: a digest of every object, in the file beside this one, drawn from a database just migrated.

`python -m tests.migrations.guards` draws it anew after a migration was added; a test holds it against the migrations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from metrics.guards.catalog import CatalogObject, Name

PRINTED_BY = 18  # the release of PostgreSQL whose printing the second digests are of
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Reference:
    """Of one object: digests of its stable facts and of its printed text, which is empty where there is none."""

    stable: str
    printed: str


def digested(made: CatalogObject) -> Reference:
    """As the file has it."""
    return Reference(_digest(made.stable), _digest(made.printed) if made.printed else "")


@cache
def reference() -> Mapping[Name, Reference]:
    """Every object that the migrations make."""
    lines = files("metrics.guards").joinpath("reference.txt").read_text(encoding="utf-8").splitlines()
    found = {}
    for line in lines:
        kind, name, stable, printed = line.split("\t")
        found[kind, name] = Reference(stable, printed)
    return found


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]

"""`python -m tests.migrations.guards` draws metrics/guards/reference.txt, from a database that was just migrated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import create_engine

from metrics.database import database_url
from metrics.guards.catalog import CatalogObject, Name, present_objects
from metrics.guards.reference import digested
from metrics.server.embedded import embedded_server
from tests.databases import Server, database_home

FILE = Path(__file__).resolve().parents[2] / "metrics" / "guards" / "reference.txt"


def as_lines(objects: Mapping[Name, CatalogObject]) -> str:
    """The file for these objects."""
    rows = ((*name, digested(made)) for name, made in sorted(objects.items()))
    return "".join(f"{kind}\t{name}\t{said.stable}\t{said.printed}\n" for kind, name, said in rows)


def main() -> None:
    """Migrate a database of its own and write the file."""
    with database_home() as home, embedded_server(home) as addresses:
        server = Server(addresses.owner)
        with server.database(plan=False) as database:
            engine = create_engine(database_url(database.url))
            with engine.connect() as connection:
                FILE.write_text(as_lines(present_objects(connection)), encoding="utf-8")
            engine.dispose()
        server.close()


if __name__ == "__main__":
    main()

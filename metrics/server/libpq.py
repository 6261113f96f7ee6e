"""Addresses of a database as PostgreSQL's own library reads them."""

from __future__ import annotations

from sqlalchemy.engine import URL


def libpq_address(url: URL) -> str:
    """`url` as text for libpq, password included. It takes a blank as %20 alone: SQLAlchemy leaves it as it stands in
    names and writes `+` for it in the folder of a socket."""
    place, asks, query = url.set(drivername="postgresql").render_as_string(hide_password=False).partition("?")
    return place.replace(" ", "%20") + asks + query.replace("+", "%20")

"""Signing out."""

from __future__ import annotations

from sqlalchemy import delete

from metrics.credentials import digest
from metrics.database import WriteSession
from metrics.models.access import Session


def sign_out(session: WriteSession, secret: str) -> None:
    """End the session that `secret` stands for. A secret nobody knows changes nothing: it is signed out already."""
    session.execute(delete(Session).where(Session.secret_hash == digest(secret)))

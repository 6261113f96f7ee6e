"""The tokens that were issued. Their secrets are nowhere to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models.access import Token, User


@dataclass(frozen=True, slots=True)
class TokenListed:
    """One token. `scopes` as they are kept; `units` empty: not narrowed; the instants None: never."""

    id: int
    username: str
    name: str
    scopes: tuple[str, ...]
    units: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def issued_tokens(session: ReadSession) -> tuple[TokenListed, ...]:
    """Every token, expired and revoked ones included, oldest first."""
    return tuple(
        TokenListed(
            id=token.id,
            username=username,
            name=token.name,
            scopes=tuple(token.scopes),
            units=tuple(token.units),
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
        )
        for token, username in session.execute(
            select(Token, User.username).join(User, User.id == Token.user_id).order_by(Token.id)
        )
    )

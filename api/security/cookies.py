"""The browser's cookie: it holds the secret of a session and no more."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from metrics.settings import settings

SESSION_COOKIE = "biaochi_session"
IDENTITY_COOKIE = "biaochi_oidc"  # of dashboard/pages/identity_provider.py


def set_session_cookie(response: Response, secret: str, *, expires_at: datetime) -> None:
    """Hand `secret` to the browser: out of reach of scripts, of other sites' forms, and of plain HTTP where set so."""
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        expires=expires_at,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings().secure_cookies,
    )


def clear_session_cookie(response: Response) -> None:
    """Make the browser forget its cookie."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax", secure=settings().secure_cookies)

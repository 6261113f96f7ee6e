"""How passwords, tokens and their rules are said."""

from __future__ import annotations

from dashboard.locale import _
from metrics.password_rules import profile


def password_rule() -> str:
    """What the profile in force asks of a password, in a sentence."""
    wanted = profile()
    if not wanted.kinds:
        return _("At least {n} characters, and not a common password; a sentence works well.", n=wanted.shortest)
    days = 0 if wanted.lasts is None else wanted.lasts.days
    return _(
        "At least {n} characters of {kinds} kinds (capitals, small letters, digits, signs), changed every {days} days.",
        n=wanted.shortest,
        kinds=wanted.kinds,
        days=days,
    )


def token_state_word(state: str) -> str:
    return {"active": _("valid"), "expired": _("expired"), "revoked": _("revoked")}[state]

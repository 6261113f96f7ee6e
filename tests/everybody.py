"""Somebody of every role, beside two units with everything that a request can be about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.testclient import TestClient

from dashboard.window.access import COOKIE
from metrics.access import Access
from metrics.database import WriteSession
from metrics.principal import BOUND_TO_UNITS, Role
from tests.beginnings import beginning
from tests.people import bearer, person, signed_in, token
from tests.units_apart import OWN, Apart, two_units


@dataclass(frozen=True)
class Everybody:
    """Somebody of every role, by token and in a browser; and what of two units can be asked for."""

    apart: Apart
    tokens: Mapping[Role, dict[str, str]]
    browsers: Mapping[Role, dict[str, str]]

    def allowed(self, access: Access) -> dict[str, str]:
        """The headers of somebody who may; none where nobody has to sign in."""
        role = next((role for role in Role if access.is_for(role)), None)
        known = self.browsers if access.persons else self.tokens
        return {} if role is None else known[role]


@beginning
def everybody(client: TestClient, session: WriteSession) -> Everybody:
    apart = two_units(client, session)
    tokens, browsers = {}, {}
    for role in Role:
        person(session, f"who.{role}", role=role, units={OWN} if role in BOUND_TO_UNITS else set())
        tokens[role] = bearer(token(session, f"who.{role}").secret)
        cookie = f"{COOKIE}={signed_in(session, f'who.{role}').secret}"
        browsers[role] = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    session.commit()
    return Everybody(apart, tokens, browsers)

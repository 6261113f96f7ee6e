"""Accounts that call the API, and what is asked of its answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import LedgerEntry, Submission
from metrics.principal import Role
from tests.people import bearer, person, token

Response = Any  # the client's own, of whichever library it is built on
SUBMISSIONS = "/api/v1/submissions"


class Caller:
    """One account and its token. Every request has an idempotency key of its own unless it names one."""

    def __init__(self, client: TestClient, secret: str) -> None:
        self.client = client
        self.headers = bearer(secret)
        self._keys = 0

    def post(self, body: object, *, to: str = "", **headers: str) -> Response:
        return self.client.post(SUBMISSIONS + to, json=body, headers=self._with(headers))

    def send(self, content: bytes, *, to: str = "", **headers: str) -> Response:
        given = {"Content-Type": "application/json", **self._with(headers)}
        return self.client.post(SUBMISSIONS + to, content=content, headers=given)

    def get(self, path: str = "", **headers: str) -> Response:
        return self.client.get(SUBMISSIONS + path, headers=self.headers | _dashed(headers))

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        self._keys += 1
        return self.headers | {"Idempotency-Key": f"key-{self._keys}"} | _dashed(headers)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def caller(
    client: TestClient, session: WriteSession, username: str, role: Role, units: set[str] | None = None
) -> Caller:
    """A new account and its token."""
    person(session, username, role=role, units=units)
    secret = token(session, username).secret
    session.commit()
    return Caller(client, secret)


def stored(session: WriteSession) -> tuple[int, int, int]:
    """How many submissions, ledger entries and idempotency keys there are."""
    return (
        session.scalar(select(func.count()).select_from(Submission)) or 0,
        session.scalar(select(func.count()).select_from(LedgerEntry)) or 0,
        session.scalar(text("select count(*) from idempotency_keys")) or 0,
    )


def refusal(response: Response, status: int) -> dict[str, Any]:
    """The problem that `response` is; it has the status given and both languages."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"zh", "en"} <= set(body["message"])
    assert body["status"] == status
    return body

"""While the ledger is not the one that was signed, whatever is pulled says so: to programs by a header."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from mcp import Client

from api.ledger_place import IN_DOUBT
from metrics.cli.keeping import LedgerLook
from metrics.commands.create_release import create_release
from metrics.commands.issue_checkpoint import declare_restored
from metrics.database import use_sessions
from metrics.doctor.account_lines import account_lines
from metrics.doctor.line import DoctorLine, Grade
from metrics.ledger.continuation import last_doubt
from metrics.ledger.entry import newest_seq
from metrics.ledger.memory import memory_file
from metrics.mcp.server import mcp_server
from metrics.principal import Role
from metrics.results import Basis
from metrics.settings import settings
from tests.callers import Caller, caller
from tests.conftest import asking
from tests.posting import REVIEWER
from tests.trust.installation import Installation, cut

PULLS = [
    *("observations.csv", "rates.json", "progress.xlsx", "targets.parquet", "rates.sdmx.csv", "units", "feed.atom"),
    *("releases", "releases/1/observations.csv", "releases/1.zip", "ledger/entries", "units.schema.json"),
]


@pytest.fixture
def assessor(service: Installation, application: FastAPI) -> Iterator[Caller]:
    """At a service that published a release and whose ledger went on since."""
    service.post()
    with service.sessions.write() as session:
        create_release(session, principal=REVIEWER, notes="试", basis=Basis.SUBMITTED)
    service.sign()
    service.post()
    service.sign()
    with use_sessions(service.sessions), asking(application) as client:
        with service.sessions.write() as session:
            found = caller(client, session, "third", Role.ASSESSOR)
        yield found


def doubts(assessor: Caller, pulls: list[str]) -> dict[str, str | None]:
    answers = {pull: assessor.client.get(f"/api/v1/{pull}", headers=assessor.headers) for pull in pulls}
    assert {pull: answer.status_code for pull, answer in answers.items() if answer.status_code != 200} == {}
    return {pull: answer.headers.get(IN_DOUBT) for pull, answer in answers.items()}


def test_the_first_pull_after_the_ledger_was_set_back_says_so_and_all_others_do(
    service: Installation, assessor: Caller
) -> None:
    assert set(doubts(assessor, PULLS).values()) == {None}
    tag = assessor.client.get("/api/v1/units.csv", headers=assessor.headers).headers["etag"]
    cut(service, after=_last_but_one(service))
    (said,) = doubts(assessor, PULLS[:1]).values()  # nobody has looked since
    assert said is not None
    code, note = re.fullmatch(r"(\w+); note\*=UTF-8''([!-~]+)", said).groups()  # type: ignore[union-attr]
    assert code == "ledger_set_back"
    assert "账本被退回" in unquote(note)
    assert "The ledger was set back" in unquote(note)
    assert set(doubts(assessor, PULLS).values()) == {said}
    unchanged = assessor.client.get("/api/v1/units.csv", headers=assessor.headers | {"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.headers[IN_DOUBT]) == (304, said)
    for path in ("units.csv?colour=red", "rates/441202", "no/such/place"):  # whoever is refused is told as well
        assert assessor.client.get(f"/api/v1/{path}").headers[IN_DOUBT] == said, path
    assert asked_of_assistant(assessor)["in_doubt"]["code"] == code
    line = of_the_doctor(service)
    assert (line.grade, f"{line.found.zh} {line.found.en}") == (Grade.BAD, unquote(note))
    with service.sessions.write() as session:
        declare_restored(session, actor="x", reason="试")
    assert set(doubts(assessor, PULLS[:1]).values()) == {None}
    assert asked_of_assistant(assessor)["in_doubt"] is None
    assert of_the_doctor(service).grade is Grade.OK


def of_the_doctor(service: Installation) -> DoctorLine:
    with service.sessions.read() as session:
        found = account_lines(session, settings(), now=datetime.now(UTC))
    return next(line for line in found if line.name == "ledger")


def _last_but_one(service: Installation) -> int:
    with service.sessions.read() as session:
        return newest_seq(session) - 1


def asked_of_assistant(assessor: Caller) -> dict[str, dict[str, str]]:
    async def ask() -> dict[str, dict[str, str]]:
        async with Client(mcp_server(assessor.headers["Authorization"].removeprefix("Bearer "))) as client:
            found: dict[str, dict[str, str]] = (await client.call_tool("releases", {})).structured_content
            return found

    return asyncio.run(ask())


def test_what_is_only_unsigned_is_not_in_doubt(service: Installation, assessor: Caller) -> None:
    memory_file().with_name("ledger.key").unlink()
    LedgerLook()()
    assert doubts(assessor, PULLS[:1]) == {PULLS[0]: None}
    memory_file().unlink()
    (said,) = doubts(assessor, PULLS[:1]).values()
    assert said is not None
    assert said.startswith("ledger_memory_missing; ")
    assert last_doubt() is not None

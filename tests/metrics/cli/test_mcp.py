"""`biaochi mcp` as an assistant starts it: a process, spoken to on its standard input and output by the library."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from mcp import Client, StdioServerParameters

from metrics.database import use_engine, write_session
from metrics.principal import Role
from tests.databases import Database
from tests.metrics.cli.conftest import Run
from tests.people import person, token


def test_an_assistant_starts_it_and_asks(clean_database: Database) -> None:
    with use_engine(clean_database.engine), write_session() as session:
        person(session, "han", role=Role.EVALUATOR)
        secret = token(session, "han").secret
    environment = {**os.environ, **clean_database.environment(), "BIAOCHI_TOKEN": secret}
    command = StdioServerParameters(command=sys.executable, args=["-m", "metrics.cli.main", "mcp"], env=environment)

    async def asked() -> dict[str, Any]:
        async with Client(command) as client:
            answer = await client.call_tool("targets", {"target": ["TG-05A"], "lang": "en"})
            found: dict[str, Any] = answer.structured_content
            return found

    found = asyncio.run(asked())
    assert [row["target_code"] for row in found["rows"]] == ["TG-05A"]
    assert found["clauses"]["TG-05A"]["quote"]


def test_without_a_good_token_nothing_is_answered(run: Run, clean_database: Database) -> None:
    for arguments, code in (((), "BIAOCHI_TOKEN"), (("--token", "biaochi_nothing"), "not known")):
        status, output, errors = run("mcp", *arguments)
        assert (status, output) == (1, "")
        assert code in errors

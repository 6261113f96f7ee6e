"""`biaochi mcp` by the library's own client: the same rows as the API, proved, under a token's rights, in the audit."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from typing import Any

import pytest
from mcp import Client
from sqlalchemy import text
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.mcp.server import mcp_server
from metrics.principal import Role
from tests.api.routes.test_public_read import publish
from tests.callers import caller
from tests.metrics.queries.test_views import post
from tests.people import person, token

Answer = dict[str, Any]
TOOLS = {"targets", "progress", "why", "observations", "changes", "releases"}


def told(secret: str, *questions: tuple[str, dict[str, Any]]) -> list[Answer]:
    """What the server answers to each question, a tool and its arguments."""

    async def ask() -> list[Answer]:
        async with Client(mcp_server(secret)) as client:
            return [(await client.call_tool(tool, given)).structured_content for tool, given in questions]

    return asyncio.run(ask())


def digest_of(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def secret_of(session: WriteSession, name: str, role: Role, units: set[str] | None = None) -> str:
    person(session, name, role=role, units=units)
    found = token(session, name).secret
    session.commit()
    return found


def test_every_tool_only_reads_and_says_what_it_is_for() -> None:
    async def listed() -> list[Any]:
        async with Client(mcp_server("biaochi_none")) as client:
            found: list[Any] = (await client.list_tools()).tools
            return found

    tools = asyncio.run(listed())
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert all(len(tool.description) > 30 for tool in tools)


def test_an_answer_is_the_pull_itself_and_says_what_proves_it(client: TestClient, session: WriteSession) -> None:
    seq = post(session, items_online=850)
    post(session, "441203")
    reader = caller(client, session, "third", Role.EVALUATOR)
    secret = reader.headers["Authorization"].removeprefix("Bearer ")
    (found,) = told(secret, ("progress", {"unit": "441202", "period": "2019-09", "lang": "en"}))
    pulled = client.get(found["address"], headers=reader.headers)
    assert json.loads(pulled.content) == found["rows"]
    assert found["digest"] == pulled.headers["repr-digest"]
    assert found["digest"] == digest_of(pulled.content)
    assert str(found["as_of"]["seq"]) == pulled.headers["x-as-of-seq"]
    assert found["as_of"]["ledger_hash"] == pulled.headers["x-as-of-hash"]
    assert found["complete"]
    assert found["clauses"].keys() == {row["target_code"] for row in found["rows"]}
    assert all(clause["quote"] and clause["line"] for clause in found["clauses"].values())
    earlier, later = told(
        secret,
        ("observations", {"unit": "441203", "period": "2019-09", "as_of": str(seq)}),
        ("observations", {"unit": "441203", "period": "2019-09"}),
    )
    assert (earlier["rows"], len(later["rows"])) == ([], 45)


def test_why_names_formula_counts_and_clause(session: WriteSession) -> None:
    post(session, items_online=850)
    secret = secret_of(session, "han", Role.EVALUATOR)
    (found,) = told(secret, ("why", {"unit": "441202", "target": "TG-05A"}))
    assert found["rows"][0]["target_code"] == "TG-05A"
    assert found["indicator"]["indicator_code"] == found["rows"][0]["indicator_code"] == "online_rate"
    assert found["rates"][0]["numerator"] == "850"
    counts = {row["element_code"]: row["value"] for row in found["observations"]}
    assert counts["items_online"] == "850"
    assert found["clauses"]["TG-05A"]["line"]


def test_a_clerk_is_told_what_a_clerk_may_know(session: WriteSession) -> None:
    post(session)
    post(session, "441203")
    secret = secret_of(session, "chen", Role.CLERK, {"441202"})
    own, others, closed, verdicts = told(
        secret,
        ("observations", {"unit": "441202", "period": "2019-09"}),
        ("observations", {"unit": "441203", "period": "2019-09"}),
        ("observations", {"unit": "441203", "period": "2019-09", "element": ["exempt_site"]}),
        ("progress", {"unit": "441203"}),
    )
    assert len(own["rows"]) > len(others["rows"]) > 0
    assert closed["refused"]["code"] == "unit_forbidden"
    assert {"zh", "en"} <= closed["refused"]["message"].keys()
    assert verdicts["rows"]


def test_who_may_not_is_refused_each_time_and_it_stands_in_the_audit(session: WriteSession) -> None:
    post(session)
    secret = secret_of(session, "lin", Role.EVALUATOR)
    good, wrong = told(secret, ("targets", {}), ("progress", {"unit": "NOWHERE"}))
    assert good["rows"]
    assert wrong["refused"]["code"] == "unit_unknown"
    session.execute(text("update users set active = false where username = 'lin'"))
    session.commit()
    (disabled,) = told(secret, ("targets", {}))
    assert disabled["refused"]["code"] == "account_disabled"
    (unknown,) = told("biaochi_no_such_token", ("releases", {}))
    assert unknown["refused"]["code"] == "token_unknown"
    noted = session.execute(
        text("select actor, outcome, code, subject from audit where subject like 'mcp %' order by id")
    ).all()
    assert [tuple(row[:3]) for row in noted] == [
        ("lin", "done", ""),
        ("lin", "failed", "unit_unknown"),
        ("", "refused", "account_disabled"),
        ("", "refused", "token_unknown"),
    ]
    assert noted[1].subject == "mcp progress unit=NOWHERE lang=zh"
    assert secret not in str(noted)


def test_releases_come_with_digest_and_citation(client: TestClient, session: WriteSession) -> None:
    post(session)
    bureau = caller(client, session, "bureau", Role.REVIEWER)
    publish(bureau)
    secret = bureau.headers["Authorization"].removeprefix("Bearer ")
    (found,) = told(secret, ("releases", {}))
    (release,) = found["releases"]
    answered = client.get(release["address"], headers=bureau.headers)
    assert release["digest"] == answered.headers["Repr-Digest"] == digest_of(answered.content)
    assert release["identifier"] == answered.json()["id"]
    assert (found["as_of"]["seq"], found["synthetic"], found["clauses"]) == (newest_seq(session), False, {})
    assert found["as_of"]["ledger_hash"]


def test_changes_between_two_months(session: WriteSession) -> None:
    post(session, "441202", "2019-08", items_online=400)
    post(session, "441202", "2019-09", items_online=990)
    secret = secret_of(session, "han", Role.EVALUATOR)
    (found,) = told(secret, ("changes", {"period_from": "2019-08", "period": "2019-09", "unit": ["441202"]}))
    assert "status" in {row["kind"] for row in found["rows"]}


def test_a_long_answer_goes_on_where_it_ended_and_an_unknown_argument_is_refused(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(session, "441202", "2019-08", items_online=400)
    post(session, "441202", "2019-09", items_online=990)
    reader = caller(client, session, "third", Role.EVALUATOR)
    secret = reader.headers["Authorization"].removeprefix("Bearer ")
    asked = {"period_from": "2019-08", "period": "2019-09", "unit": ["441202"]}
    (whole,) = told(secret, ("changes", asked))
    assert (whole["complete"], whole["next"]) == (True, None)
    monkeypatch.setattr("metrics.mcp.answers.MOST_ROWS", 3)
    (first,) = told(secret, ("changes", asked))
    post(session, "441203", "2019-09", items_online=500)
    session.commit()
    pages = [first]
    while pages[-1]["next"]:
        pages += told(secret, ("changes", {**asked, "cursor": pages[-1]["next"]}))
    assert [row for page in pages for row in page["rows"]] == whole["rows"]
    assert len(pages) > 1
    pulled = client.get(pages[1]["address"], headers=reader.headers)
    assert pages[1]["digest"] == pulled.headers["repr-digest"]

    async def odd() -> Any:
        async with Client(mcp_server(secret)) as one:
            return await one.call_tool("observations", {"unit": 441202, "lang": "fr", "limit": 5})

    answer = asyncio.run(odd())
    assert answer.is_error
    assert answer.content[0].text.split("\n") == [
        "observations 的参数不合要求。unit:此项应为文字;period:缺少此项;lang:应为以下之一:'zh'、'en';"
        "limit:没有这一项。",
        "The arguments of observations were refused. unit: This field is a text; period: This field is missing; "
        "lang: It is 'zh' or 'en'; limit: There is no such field.",
    ]

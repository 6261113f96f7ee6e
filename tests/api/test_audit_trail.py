"""Every operation of the API in the audit: what it is, who asked, from where, what became of it; and its id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.problems import STATUS
from metrics.auditing.flood import WRITTEN_OUT
from metrics.auditing.writing import write_counts
from metrics.database import ReadSession, Sessions, WriteSession, use_engine
from metrics.errors import Forbidden, NotFound, TooMany, Unauthenticated
from metrics.models import AuditEntry, LedgerEntry, User
from metrics.principal import Role
from tests.api.routes.test_account import as_person
from tests.callers import caller
from tests.databases import Database
from tests.people import PASSWORD, bearer, code, person, token

V1 = "/api/v1"


@pytest.fixture
def kept_client(clean_database: Database, application: FastAPI) -> Iterator[TestClient]:
    """The application on a database of its own, so that reads are noted as in a running service."""
    with use_engine(clean_database.engine), TestClient(application, base_url="http://127.0.0.1:8000") as client:
        yield client


def rows(session: ReadSession) -> list[AuditEntry]:
    session.expire_all()
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_a_change_stands_beside_its_row_with_its_place_in_the_ledger(client: TestClient, session: WriteSession) -> None:
    who = caller(client, session, "bureau", Role.REVIEWER)
    answer = client.post(f"{V1}/periods/2019-09/lock", json={"reason": "年报"}, headers=who.headers)
    assert answer.status_code == 201, answer.text
    (row,) = rows(session)
    entry = session.scalars(select(LedgerEntry.seq).where(LedgerEntry.kind == "period")).one()
    assert (row.actor, row.role, row.token, row.address) == ("bureau", "reviewer", "nightly", "testclient")
    assert (row.action, row.subject, row.outcome) == ("period.lock", f"2019-09 seq={entry}", "done")
    assert (row.channel, row.count, row.request_id) == ("api", 1, answer.headers["X-Request-Id"])


def test_what_the_audit_cannot_take_is_not_done(kept_client: TestClient, clean_database: Database) -> None:
    """A row's number is taken already, as after a restore that left the counter behind."""
    with Sessions(clean_database.engine).write() as session:
        person(session, "bureau", role=Role.REVIEWER)
        headers = bearer(token(session, "bureau").secret)
    row = "(1, now(), now(), 1, 'api', 1, 'x', 'x', '', '', 'look', '', 'done', '', '')"
    with clean_database.as_owner() as owner:
        owner.exec_driver_sql(f"insert into audit overriding system value values {row}")
    lock = f"{V1}/periods/2019-09/lock"
    answers = [kept_client.post(lock, json={"reason": "年报"}, headers=headers).status_code for _ in range(2)]
    with Sessions(clean_database.engine).read() as reading:
        done = [row.subject for row in rows(reading) if (row.action, row.outcome) == ("period.lock", "done")]
        (seq,) = reading.scalars(select(LedgerEntry.seq).where(LedgerEntry.kind == "period"))
    assert (answers, done) == ([500, 201], [f"2019-09 seq={seq}"])


def test_a_refused_or_failed_change_leaves_its_row_and_nothing_else(client: TestClient, session: WriteSession) -> None:
    clerk = caller(client, session, "clerk", Role.CLERK)
    reviewer = caller(client, session, "bureau", Role.REVIEWER)
    before = session.scalar(select(LedgerEntry.seq).order_by(LedgerEntry.seq.desc()))
    lock = f"{V1}/periods/2019-09/lock"
    codes = [client.post(lock, json={"reason": "x"}, headers=clerk.headers).json()["code"]]
    codes += [client.post(lock, json={"grund": "x"}, headers=reviewer.headers).json()["code"]]
    codes += [client.post(lock, json={}).json()["code"]]
    codes += [client.post(lock, json={}, headers=bearer("biaochi_nobodys")).json()["code"]]
    codes += [client.get(f"{V1}/submissions/77", headers=clerk.headers).json()["code"]]
    told = [(row.actor, row.action, row.subject, row.outcome) for row in rows(session)]
    assert told == [
        ("clerk", "period.lock", "2019-09", "refused"),
        ("bureau", "period.lock", "2019-09", "failed"),
        ("", "period.lock", "2019-09", "refused"),
        ("", "period.lock", "2019-09", "refused"),
        ("clerk", "look", "77", "refused"),
    ]
    assert [row.code for row in rows(session)] == codes
    assert session.scalar(select(LedgerEntry.seq).order_by(LedgerEntry.seq.desc())) == before


def test_reads_in_bulk_are_there_and_single_looks_are_not(kept_client: TestClient, clean_database: Database) -> None:
    with Sessions(clean_database.engine).write() as session:
        person(session, "bureau", role=Role.REVIEWER)
        headers = bearer(token(session, "bureau").secret)
        person(session, "wang", role=Role.ADMIN)
        admin = bearer(token(session, "wang").secret)
    for path in (
        "units.csv?lang=en",
        "units.schema.json",
        "periods",
        "units",
        "rates.parquet?unit=441202",
        "submissions?unit=441202",
    ):
        assert kept_client.get(f"{V1}/{path}", headers=headers).status_code == 200
    assert kept_client.get(f"{V1}/rates.csv?unit=nowhere", headers=headers).status_code == 400
    for _ in range(WRITTEN_OUT + 4):
        kept_client.head(f"{V1}/units.csv", headers=headers)
    for path in ("users/bureau", "users/bureau/sessions", "settings", "users/nobody"):
        kept_client.get(f"{V1}/{path}", headers=admin)
    write_counts()
    with Sessions(clean_database.engine).read() as reading:
        found = rows(reading)
    assert [(row.action, row.subject, row.outcome) for row in found if row.actor == "wang"] == [
        ("account.list", "bureau", "done"),
        ("account.list", "bureau", "done"),
        ("settings.read", "", "done"),
        ("account.list", "nobody", "refused"),
    ]
    found = [row for row in found if row.actor == "bureau"]
    assert {row.action for row in found} == {"data.pull"}
    assert [(row.subject, row.outcome, row.count) for row in found[:5]] == [
        ("units.csv lang=en", "done", 1),
        ("units", "done", 1),
        ("rates.parquet unit=441202", "done", 1),
        ("submissions unit=441202", "done", 1),
        ("rates.csv unit=nowhere", "failed", 1),
    ]
    assert sum(row.count for row in found if row.outcome == "done") == 4 + WRITTEN_OUT + 4
    assert (found[-1].subject, found[-1].count) == ("units.csv", 4)


@pytest.mark.parametrize(
    "given", ["a" * 8, "0b5c-4.7_Z9", "", "short", "x" * 65, "no spaces", "新的请求编号一二三", "-leading"]
)
def test_a_well_formed_request_id_is_kept_and_any_other_is_made_anew(client: TestClient, given: str) -> None:
    answer = client.get(f"{V1}/periods", headers=[(b"X-Request-Id", given.encode())])
    kept = answer.headers["X-Request-Id"]
    assert (kept == given) == (given in ("a" * 8, "0b5c-4.7_Z9"))
    assert answer.json()["request_id"] == kept
    assert 8 <= len(kept) <= 64


def test_one_line_a_request_says_who_and_how_long_and_no_value_of_a_parameter(
    client: TestClient, session: WriteSession
) -> None:
    who = caller(client, session, "bureau", Role.REVIEWER)
    with structlog.testing.capture_logs() as logged:
        client.get(f"{V1}/periods/2019-09/status", headers=who.headers)
        client.get(f"{V1}/periods/2019-09/status?lang=secret-thing&token=biaochi_abc", headers=who.headers)
        client.get("/nowhere%0Aat-all?token=biaochi_abc")
    api, refused, page = [line for line in logged if line["event"] == "request"]
    assert (api["path"], api["method"], api["status"]) == (f"{V1}/periods/{{period}}/status", "GET", 200)
    assert (api["user"], api["role"], api["token"], api["address"]) == ("bureau", "reviewer", "nightly", "testclient")
    assert api["milliseconds"] > 0
    assert api["bytes"] > 0
    assert (refused["status"], refused["code"], refused["parameters"]) == (400, "parameter_unknown", ["lang", "token"])
    assert page["path"] == "/nowhere?at-all"
    assert not {"secret-thing", "biaochi_abc"} & set(json.dumps(logged, default=str).replace('"', " ").split())


def test_an_administrator_reads_and_filters_and_pages_and_reading_is_recorded(
    client: TestClient, session: WriteSession
) -> None:
    admin, clerk = (caller(client, session, role.value, role) for role in (Role.ADMIN, Role.CLERK))
    for path in ("audit.csv", "audit.json", "audit.csv?user=clerk"):
        assert client.get(f"{V1}/{path}", headers=clerk.headers).json()["code"] == "role_forbidden"
    refused = "audit.json?user=clerk&action=audit.read&outcome=refused&since=2019-01-01&address=testclient&lang=en"
    found = client.get(f"{V1}/{refused}", headers=admin.headers).json()
    assert [row["id"] for row in found] == sorted((row["id"] for row in found), reverse=True)
    assert {(row["actor"], row["action_words"], row["outcome_words"]) for row in found} == {
        ("clerk", "Read the audit", "Refused")
    }
    assert len(found) == 3
    for nothing in ("until=2019-01-01", "user=nobody", "address=10.0.0.1", "since=2100-01-01"):
        assert client.get(f"{V1}/audit.json?{nothing}", headers=admin.headers).json() == []
    address, walked = f"{V1}/audit.json?user=clerk&limit=2", []
    for _ in range(2):
        page = client.get(address, headers=admin.headers)
        walked += [row["id"] for row in page.json()]
        address = page.headers.get("Link", "<>").partition("<")[2].partition(">")[0]
    assert walked == [row["id"] for row in found]
    assert address == ""
    for wrong in ("since=soon", "action=nothing", "outcome=red", "limit=0", "cursor=x", "who=me"):
        assert client.get(f"{V1}/audit.csv?{wrong}", headers=admin.headers).status_code == 400


def test_what_is_written_into_the_audit_is_harmless_in_a_spreadsheet(client: TestClient, session: WriteSession) -> None:
    admin = caller(client, session, "admin", Role.ADMIN)
    clerk = caller(client, session, "clerk", Role.CLERK)
    client.post(f"{V1}/periods/=1+1/lock", json={}, headers=clerk.headers)
    text = client.get(f"{V1}/audit.csv?user=clerk&bom=1", headers=admin.headers).text
    assert text.startswith("\ufeffid,at,until,count,")
    assert ",'=1+1," in text
    assert text.endswith("\r\n")


def test_signing_in_and_out_is_recorded_and_no_secret_is_anywhere(client: TestClient, session: WriteSession) -> None:
    """A password typed as a name included: only the name of an account that is one is kept."""
    person(session, "chen", demonstration=True)  # without a second factor
    secrets = [PASSWORD, "wrong horse battery", "my.own-password-2019", "biaochi_not_a_token_of_ours"]
    here = {"Origin": "http://127.0.0.1:8000"}
    with structlog.testing.capture_logs() as logged:
        bodies = [
            client.post(f"{V1}/session", json={"username": name, "password": password}, headers=here).text
            for name, password in (("chen", secrets[1]), (secrets[2], secrets[1]), ("chen", secrets[0]))
        ]
        secrets.append(client.cookies["biaochi_session"])
        bodies.append(client.delete(f"{V1}/session", headers=here).text)
        client.cookies.clear()
        for name, password in ((secrets[2], secrets[1]), ("chen", secrets[0])):
            form = {"username": name, "password": password, "next": "/"}
            client.post("/sign-in", data=form, headers=here, follow_redirects=False)
        secrets.append(client.cookies["biaochi_session"])
        client.post("/sign-out", headers=here, follow_redirects=False)
        bodies.append(client.get(f"{V1}/periods?token={secrets[3]}", headers=bearer(secrets[3])).text)
        bodies.append(
            client.get(f"{V1}/rates.csv?unit={secrets[3]}!&key={secrets[3]}", headers=bearer(secrets[3])).text
        )
        bodies.append(client.get(f"{V1}/confirmation", headers={"Confirmation-Token": secrets[3]}).text)
    found = rows(session)
    assert [(row.actor, row.action, row.subject, row.outcome, row.channel) for row in found[:7]] == [
        ("", "session.sign_in", "chen", "refused", "api"),
        ("", "session.sign_in", "", "refused", "api"),
        ("chen", "session.sign_in", "chen", "done", "api"),
        ("chen", "session.sign_out", "", "done", "api"),
        ("", "session.sign_in", "", "refused", "page"),
        ("chen", "session.sign_in", "chen", "done", "page"),
        ("chen", "session.sign_out", "", "done", "page"),
    ]
    kept = [[str(value) for value in vars(row).values()] for row in found]
    told = json.dumps([kept, logged], default=str, ensure_ascii=False)
    assert [secret for secret in secrets if secret in told] == []
    assert [secret for secret in secrets if any(secret in body for body in bodies[:5])] == []


def test_every_kind_of_refusal_leaves_a_row(client: TestClient, session: WriteSession) -> None:
    """Who is not known, who may not, whose it is not, and who asks too often, a locked sign-in among them."""
    clerk = caller(client, session, "clerk", Role.CLERK)
    client.cookies.clear()
    wrong = {"username": "clerk", "password": "not the password"}
    answers = {
        "unknown": client.get(f"{V1}/periods", headers=bearer("biaochi_nobodys")),
        "forbidden": client.post(f"{V1}/periods/2019-09/lock", json={"reason": "x"}, headers=clerk.headers),
        "hidden": client.get(f"{V1}/submissions/77", headers=clerk.headers),
        "locked": [client.post(f"{V1}/session", json=wrong) for _ in range(6)][-1],
    }
    assert {kind: answer.status_code for kind, answer in answers.items()} == {
        "unknown": 401,
        "forbidden": 403,
        "hidden": 404,
        "locked": 429,
    }
    refusals = {status for error, status in STATUS.items() if issubclass(error, Unauthenticated | Forbidden | TooMany)}
    assert {answer.status_code for answer in answers.values()} == refusals | {STATUS[NotFound]}
    found = {row.request_id: (row.outcome, row.code) for row in rows(session)}
    assert {kind: found.get(answer.headers["X-Request-Id"]) for kind, answer in answers.items()} == {
        kind: ("refused", answer.json()["code"]) for kind, answer in answers.items()
    }


def told(session: ReadSession) -> list[tuple[str, str, str, str]]:
    return [(row.action, row.subject, row.outcome, row.code) for row in rows(session)]


def test_what_a_sign_in_changes_on_the_way_has_a_row_of_its_own(client: TestClient, session: WriteSession) -> None:
    person(session, "chen")
    session.execute(update(User).values(password_until=datetime.now(UTC) + timedelta(days=1)))
    good = {"username": "chen", "password": PASSWORD}
    client.post(f"{V1}/session/second-factor", json=good | {"password": "wrong horse battery"})
    given = client.post(f"{V1}/session/second-factor", json=good).json()["secret"]
    client.post(f"{V1}/session", json=good | {"code": "000001"})
    done = {"code": code(given), "new_password": "a boat on the quiet river"}
    assert client.post(f"{V1}/session", json=good | done).status_code == 200
    assert told(session) == [
        ("session.sign_in", "chen", "refused", "sign_in_refused"),
        ("second_factor.change", "chen begun", "done", ""),
        ("session.sign_in", "chen", "refused", "second_factor_wrong"),
        ("second_factor.change", "chen confirmed", "done", ""),
        ("password.change", "chen", "done", ""),
        ("session.sign_in", "chen", "done", ""),
    ]


def test_what_is_given_to_an_account_is_said(client: TestClient, session: WriteSession) -> None:
    person(session, "wang", role=Role.ADMIN)
    wang = as_person(session, "wang")
    added = {"username": "Chen", "display_name": "陈", "role": "clerk", "units": ["441203", "441202"]}
    client.post(f"{V1}/users", json=added, headers=wang)
    client.post(f"{V1}/users", json=added, headers=wang)
    client.post(f"{V1}/users/chen/units", json={"units": ["441203"]}, headers=wang)
    client.post(f"{V1}/users/chen/role", json={"role": "reviewer"}, headers=wang)
    issued = client.post(f"{V1}/tokens", json={"name": "seq=1…999", "scopes": ["read"]}, headers=wang).json()
    assert told(session) == [
        ("user.add", "chen role=clerk units=441202,441203", "done", ""),
        ("user.add", "chen role=clerk units=441202,441203", "failed", "username_taken"),
        ("user.units", "chen role=clerk units=441203", "done", ""),
        ("user.role", "chen role=reviewer", "done", ""),
        ("token.issue", f"wang token={issued['id']} scopes=read", "done", ""),
    ]

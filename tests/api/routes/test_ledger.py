"""The ledger over HTTP: checkpoints, entries, proofs and keys, and who may read what."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import append, next_place
from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.ledger.verifying.merkle import is_consistent, leaf_hash, root_by_inclusion
from metrics.models import LedgerCheckpoint, LedgerEntry
from metrics.principal import Role
from metrics.publish.pull import cursor_for
from tests.builders import whole_submission
from tests.callers import Caller, caller, refusal

LEDGER = "/api/v1/ledger"


def get(reader: Caller, path: str, status: int = 200) -> Any:
    response = reader.client.get(LEDGER + path, headers=reader.headers)
    assert response.status_code == status, response.text
    return response


def lines(response: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.fixture
def two_submissions(clerk: Caller, neighbour: Caller) -> tuple[int, int]:
    """The sequence numbers of a submission of 441202 and one of 441203."""
    first, second = clerk.post(whole_submission()), neighbour.post(whole_submission("441203"))
    assert (first.status_code, second.status_code) == (201, 201)
    return first.json()["seq"], second.json()["seq"]


def test_a_checkpoint_is_signed_by_a_listed_key_and_kept(
    clerk: Caller, two_submissions: tuple[int, int], session: WriteSession
) -> None:
    response = get(clerk, "/checkpoint")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    key = get(clerk, "/keys").json()["items"][-1]
    found = open_checkpoint(response.content, [key["verifier_key"]])
    assert (found.size, key["until"]) == (two_submissions[1] + 1, None)  # the key itself is an entry
    assert get(clerk, "/checkpoint").content == response.content
    assert session.scalars(select(LedgerCheckpoint.note)).all() == [response.text]


def test_proofs_lead_to_the_checkpoint(clerk: Caller, two_submissions: tuple[int, int]) -> None:
    size = two_submissions[1]
    proof = get(clerk, f"/proof?seq={two_submissions[0]}").json()
    path = [bytes.fromhex(step) for step in proof["path"]]
    entry = lines(get(clerk, f"/entries?start={two_submissions[0]}&limit=1"))[0]
    root = root_by_inclusion(leaf_hash(entry["leaf"].encode()), index=two_submissions[0] - 1, size=size, path=path)
    assert root is not None
    assert (proof["size"], proof["root"]) == (size, root.hex())
    earlier = get(clerk, f"/consistency?from={size - 1}&to={size}").json()
    assert is_consistent(
        first=size - 1,
        second=size,
        first_root=bytes.fromhex(earlier["first_root"]),
        second_root=root,
        path=[bytes.fromhex(step) for step in earlier["path"]],
    )
    assert get(clerk, f"/proof?seq=1&size={size - 1}").json()["root"] == earlier["first_root"]


def test_entries_come_in_pages_or_whole(
    bureau: Caller, two_submissions: tuple[int, int], session: WriteSession
) -> None:
    whole = lines(get(bureau, "/entries"))
    leaves = session.scalars(select(LedgerEntry.leaf).order_by(LedgerEntry.seq)).all()
    assert [entry["seq"] for entry in whole] == list(range(1, two_submissions[1] + 1))
    assert [entry["leaf"] for entry in whole] == leaves
    page = get(bureau, "/entries?limit=2")
    assert page.headers["link"] == f'<{LEDGER}/entries?start=3&limit=2>; rel="next"'
    last = get(bureau, "/entries?start=3&limit=2")
    assert "link" not in last.headers
    assert lines(page) + lines(last) == whole
    assert get(bureau, f"/entries?start={two_submissions[1] + 1}").text == ""


def test_a_clerk_reads_own_leaves_and_the_plan_and_only_hashes_of_the_rest(
    clerk: Caller, session: WriteSession, two_submissions: tuple[int, int]
) -> None:
    own, other = two_submissions
    for kind in ("weights", "settings", "method", "override"):
        append(session, kind=kind, place=next_place(session), content={"unit": "441203"})
    found = {entry["seq"]: entry for entry in lines(get(clerk, "/entries"))}
    assert "441202" in found[own]["leaf"]
    assert found[1]["leaf"] is not None
    assert found[other]["leaf"] is None
    assert len(found[other]["leaf_hash"]) == 64
    assert [entry["leaf"] is not None for entry in list(found.values())[-4:]] == [True, True, True, False]


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.EVALUATOR, Role.ADMIN])
def test_everyone_else_who_signed_in_reads_every_leaf(
    client: TestClient, session: WriteSession, two_submissions: tuple[int, int], role: Role
) -> None:
    reader = caller(client, session, "reader", role)
    assert None not in [entry["leaf"] for entry in lines(get(reader, "/entries"))]


def test_nobody_reads_anything_without_signing_in(client: TestClient, two_submissions: tuple[int, int]) -> None:
    for path in ("/checkpoint", "/entries", "/proof?seq=1", "/keys"):
        refusal(client.get(LEDGER + path), 401)
    # Hashes of hashes, of checkpoints that everybody may have: who holds a printed one needs nobody's leave.
    assert client.get(LEDGER + "/consistency?from=1").status_code == 200


@pytest.mark.usefixtures("public_read")
def test_anyone_reads_checkpoints_and_proofs_where_reading_is_public(
    client: TestClient, two_submissions: tuple[int, int]
) -> None:
    for path in ("/checkpoint", "/proof?seq=1", "/consistency?from=1", "/keys"):
        assert client.get(LEDGER + path).status_code == 200
    leaves = [entry["leaf"] for entry in lines(client.get(LEDGER + "/entries"))]
    assert leaves[:-1] == [None] * (len(leaves) - 1)
    assert json.loads(leaves[-1])["kind"] == "key"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/proof?seq=99", 404, "entry_unknown"),
        ("/proof?seq=1&size=99", 400, "size_unknown"),
        ("/consistency?from=99", 400, "size_unknown"),
        ("/consistency?from=2&to=1", 400, "size_unknown"),
        ("/checkpoint?format=json", 400, "parameter_unknown"),
    ],
)
def test_what_the_ledger_does_not_have_is_refused(
    clerk: Caller, two_submissions: tuple[int, int], path: str, status: int, code: str
) -> None:
    assert refusal(clerk.client.get(LEDGER + path, headers=clerk.headers), status)["code"] == code


@pytest.mark.parametrize("path", ["/proof", "/proof?seq=0", "/proof?seq=x", "/consistency", "/entries?limit=0"])
def test_numbers_that_are_none_are_refused(clerk: Caller, path: str) -> None:
    assert clerk.client.get(LEDGER + path, headers=clerk.headers).status_code in (400, 422)


def test_an_answer_says_where_it_stands_and_goes_on_only_from_what_the_reader_holds(
    clerk: Caller, two_submissions: tuple[int, int]
) -> None:
    first, second = two_submissions
    whole = pull(clerk, "history=true")
    assert (whole.headers["x-as-of-seq"], whole.headers["x-ledger-epoch"]) == (str(second), "1")
    held = whole.headers["x-as-of-hash"]
    assert held == get(clerk, f"/consistency?from={first}&to={second}").json()["second_root"]
    clerk.post(whole_submission(period="2019-08"))
    more = pull(clerk, f"history=true&after_seq={second}&after_hash={held}")
    assert (more.status_code, more.headers["x-after-hash"]) == (200, held)
    assert {line.split(",")[0] for line in more.text.splitlines()[1:]} == {str(second + 1)}
    nothing = pull(clerk, f"history=true&after_seq={second + 1}&after_hash={more.headers['x-as-of-hash']}")
    assert (nothing.status_code, nothing.text.count("\n")) == (200, 1)
    entries = get(clerk, f"/entries?start={second + 1}&after_hash={held}")
    assert (entries.headers["x-after-hash"], entries.headers["x-as-of-hash"]) == (held, more.headers["x-as-of-hash"])


@pytest.mark.parametrize(
    ("query", "status", "code", "parameter"),
    [
        ("after_seq={beyond}", 409, "after_seq_unknown", "?after_seq"),
        ("after_seq={beyond}&after_hash={other}", 409, "after_seq_unknown", "?after_seq"),
        ("after_seq={beyond}&as_of={newest}", 400, "parameter_conflict", "?after_seq"),
        ("after_seq={newest}&as_of=2", 400, "parameter_conflict", "?after_seq"),
        ("after_seq={newest}&after_hash={other}", 409, "after_hash_differs", "?after_hash"),
        ("after_seq=1&after_hash={hash}", 409, "after_hash_differs", "?after_hash"),
        ("after_seq=0&after_hash={hash}", 409, "after_hash_differs", "?after_hash"),
        ("after_hash={hash}", 400, "parameter_conflict", "?after_hash"),
        ("after_seq={newest}&after_hash=XY", 400, "parameter_invalid", "?after_hash"),
        ("as_of={beyond}", 400, "as_of_unknown", None),
        ("as_of=2999-01-01", 400, "as_of_unknown", None),
    ],
)
def test_what_is_beyond_what_is_known_or_another_history_is_refused(
    clerk: Caller, two_submissions: tuple[int, int], query: str, status: int, code: str, parameter: str | None
) -> None:
    newest = two_submissions[1]
    known = {"newest": newest, "beyond": newest + 1, "hash": pull(clerk, "").headers["x-as-of-hash"]}
    body = refusal(pull(clerk, query.format(**known, other="ab" * 32)), status)
    assert body["code"] == code
    assert [error["pointer"] for error in body.get("errors", [])] == ([] if parameter is None else [parameter])


def test_every_page_says_where_it_stands_and_none_follows_on_one_of_another_history(
    clerk: Caller, two_submissions: tuple[int, int]
) -> None:
    first = pull(clerk, "limit=3")
    (following,) = re.findall('<([^>]*)>; rel="next"', first.headers["link"])
    clerk.post(whole_submission(period="2019-08"))
    second = clerk.client.get(following, headers=clerk.headers)
    assert second.status_code == 200
    for name in ("x-as-of-seq", "x-as-of-hash", "x-ledger-epoch"):
        assert second.headers[name] == first.headers[name]
    of_another = cursor_for(offset=3, seq=two_submissions[1], ledger_hash="ab" * 32)
    body = refusal(pull(clerk, f"limit=3&cursor={of_another}"), 409)
    assert (body["code"], body["errors"][0]["pointer"]) == ("after_hash_differs", "?cursor")
    assert refusal(pull(clerk, "limit=3&cursor=MTozOlhZ"), 400)["code"] == "parameter_invalid"  # 1:3:XY


def test_entries_too_go_on_only_from_what_the_reader_holds(clerk: Caller, two_submissions: tuple[int, int]) -> None:
    newest = two_submissions[1]
    assert lines(get(clerk, f"/entries?start={newest + 1}")) == []
    assert get(clerk, f"/entries?start={newest + 2}", 409).json()["code"] == "after_seq_unknown"
    assert get(clerk, f"/entries?start=2&after_hash={'0' * 64}", 409).json()["code"] == "after_hash_differs"


def pull(reader: Caller, query: str) -> Any:
    return reader.client.get(f"/api/v1/observations.csv?{query}", headers=reader.headers)

"""Who is given the hash of an entry and not the entry learns nothing of it: every entry has a salt of its own."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.commands.sign_off_submission import OnPaper, sign_off_submission
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger import entry
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.verifying.merkle import leaf_hash
from metrics.models import LedgerEntry
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from tests.builders import whole_submission
from tests.callers import Caller
from tests.posting import post
from tests.serving import ROOT
from tests.trust.archive import Archive
from tests.trust.full_ledger import REVIEWER, one_of_everything

_RECORDED = "metrics/commands/record_submission_event.py"

UNITS = ("441202", "441203")
CLERK = Principal(1, "chen", "陈", Role.CLERK, frozenset(UNITS))
NEXT_MONTH = date(2019, 10, 1)


def kinds_that_are_written() -> Iterator[str]:
    """The kinds of entries that the product's code gives to the ledger."""
    for path in sorted((ROOT / "metrics").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("append", "append_all", "Event"):
                given = {keyword.arg: keyword.value for keyword in call.keywords}
                if isinstance(kind := given.get("kind"), ast.Constant):  # an event of a calendar has none
                    yield str(kind.value)


def everything(session: WriteSession) -> list[tuple[dict[str, Any], bytes]]:
    """One entry of every kind at least, as it is said, with its hash."""
    plan = plan_at(session)
    for unit in UNITS:
        post(session, principal=CLERK, unit=unit)
    posted = post(session, principal=CLERK, unit=UNITS[0], period="2019-10")
    one_of_everything(session, units=UNITS)
    assert posted.id is not None
    verify_submission(session, principal=REVIEWER, submission_id=posted.id)
    sign_off_submission(session, posted.id, plan=plan, principal=REVIEWER, on_paper=OnPaper("李明"))
    issue_checkpoint(session)
    rows = session.execute(select(LedgerEntry.leaf, LedgerEntry.leaf_hash).order_by(LedgerEntry.seq))
    return [(json.loads(leaf), hashed) for leaf, hashed in rows]


def test_every_kind_of_entry_has_a_salt_of_its_own_without_which_nobody_can_guess_it(session: WriteSession) -> None:
    found = everything(session)
    assert {said["kind"] for said, _ in found} == set(kinds_that_are_written())
    salts = [bytes.fromhex(said["salt"]) for said, _ in found]
    assert {len(salt) for salt in salts} == {16}
    assert len(set(salts)) == len(salts)
    for said, hashed in found:
        assert leaf_hash(entry.canonical(said)) == hashed
        known = {name: value for name, value in said.items() if name != "salt"}
        assert leaf_hash(entry.canonical(known)) != hashed


def test_nothing_but_the_ledger_writes_entries() -> None:
    writes = re.compile(r"(?<!class )\bLedgerEntry\(|insert\(LedgerEntry|(?:into|copy) ledger_entries")
    writing = [
        path.relative_to(ROOT).as_posix()
        for folder in ("api", "dashboard", "metrics", "seed")
        for path in (ROOT / folder).rglob("*.py")
        if writes.search(path.read_text(encoding="utf-8"))
    ]
    assert set(writing) == {"metrics/ledger/entry.py", _RECORDED}
    # A submission's entry is written with all else that it records, by one statement; the ledger gives it its leaf.
    assert "leaf = leaf_at(session, " in (ROOT / _RECORDED).read_text(encoding="utf-8")


def test_entries_from_before_there_were_salts_stay_valid_beside_later_ones(
    kept: Archive, clerk: Caller, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_salt(content: Mapping[str, Any]) -> bytes:
        return canonical({name: said for name, said in content.items() if name != "salt"})

    canonical = entry.canonical
    with monkeypatch.context() as before:
        before.setattr(entry, "canonical", without_salt)
        assert clerk.post(whole_submission()).status_code == 201
    answered = clerk.post(whole_submission(period="2019-10"))
    assert answered.status_code == 201
    kept.keep()
    lines = (kept.folder / "entries-1.jsonl").read_text(encoding="utf-8").splitlines()
    leaves = [json.loads(json.loads(line)["leaf"]) for line in lines]
    assert ["salt" in leaf for leaf in leaves if leaf["kind"] == "submission"] == [False, True]
    assert kept.verify_here(kept.pull("/observations.csv", "pull.csv"))
    receipt = kept.folder / "receipt.json"
    receipt.write_bytes(clerk.get(f"/{answered.json()['id']}/receipt").content)
    assert kept.run(str(receipt))[0] == 0
    assert list(check_ledger(session)) == []

"""T4: a pull as of a place in the ledger is the same bytes after five hundred revisions, of figures and of targets."""

from __future__ import annotations

from dataclasses import replace

from metrics.commands.revise_target import revise_target
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.principal import Principal, Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Dataset
from metrics.publish.pull import parse_pull
from metrics.publish.rendering import render
from metrics.queries.view import view_at
from metrics.results import Basis
from metrics.returns import Posted
from tests.posting import REVIEWER, post

EVALUATOR = Principal(3, "judge", "评", Role.EVALUATOR)
REVISIONS = 500
PERIODS = ("2019-09", "2019-10")
TARGET = "TG-05A"
CITATION = {"where": "tests", "line": 1, "quote": "tests"}


def bytes_of(session: WriteSession, dataset: Dataset, given: dict[str, list[str]]) -> bytes:
    pull = parse_pull(dataset, given)
    view = view_at(session, as_of=pull.as_of, basis=pull.basis or Basis.SUBMITTED)
    with render(dataset, session=session, view=view, pull=pull, form="csv").file as file:
        return file.read()


def pulls(session: WriteSession, as_of: str) -> dict[str, bytes]:
    """Every dataset that knows an `as_of`, as a whole."""
    found = {}
    for name, dataset in DATASETS.items():
        if "as_of" in dataset.parameters:
            found[name] = bytes_of(session, dataset, {"as_of": [as_of]})
    found["history"] = bytes_of(session, DATASETS["observations"], {"as_of": [as_of], "history": ["true"]})
    return found


def revise(session: WriteSession, standing: dict[str, Posted]) -> None:
    """One revision after another: figures of two months, now and then a review, now and then a target's threshold."""
    for number in range(REVISIONS):
        if number % 50 == 49:
            body = {"threshold": str(40 + number // 50), "effective_from": "2020-01-01", "reason": f"第 {number} 次"}
            revise_target(session, TARGET, principal=EVALUATOR, body={**body, "citations": [CITATION]})
            continue
        period = PERIODS[number % 2]
        changes = {"items_online": 600 + number % 200, "items_full_online": 300 + number % 90}
        before = standing[period]
        standing[period] = post(
            session, period=period, changes=changes, reason=f"第 {number} 次更正", if_match=before.etag
        )
        if number % 10 == 0:
            verified = standing[period].id
            assert verified is not None
            checked = verify_submission(session, principal=REVIEWER, submission_id=verified)
            standing[period] = replace(standing[period], seq=checked.seq)


def test_a_pull_as_of_then_is_the_same_bytes_after_five_hundred_revisions(session: WriteSession) -> None:
    standing = {period: post(session, period=period) for period in PERIODS}
    then, moment = str(newest_seq(session)), standing[PERIODS[-1]].recorded_at.isoformat()
    before = pulls(session, then)
    assert pulls(session, moment) == before
    revise(session, standing)
    assert newest_seq(session) >= int(then) + REVISIONS
    assert pulls(session, then) == before
    assert pulls(session, moment) == before
    assert pulls(session, str(newest_seq(session))) != before

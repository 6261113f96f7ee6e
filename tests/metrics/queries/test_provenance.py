"""Who stands behind a figure, now and as it was known earlier."""

from __future__ import annotations

from datetime import date

from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.queries.provenance import provenance
from metrics.queries.view import view_at
from tests.metrics.queries.test_views import BUREAU, post

PERIOD = date(2019, 9, 1)


def test_a_submission_that_nobody_looked_at_has_a_sender_and_no_checker(session: WriteSession) -> None:
    seq = post(session)
    known = provenance(session, view_at(session), unit="441202", period=PERIOD)
    assert known is not None
    assert (known.sent_by, known.revision, known.seq, known.state) == ("bureau", 1, seq, "submitted")
    assert (known.checked_by, known.checked_at) == (None, None)
    assert known.first_sent_at == known.sent_at


def test_a_check_holds_for_the_revision_it_looked_at(session: WriteSession) -> None:
    first = post(session)
    version = find_version(session, unit="441202", period=PERIOD)
    assert version is not None
    checked = verify_submission(session, principal=BUREAU, submission_id=version.id)
    post(session, items_online=700)
    now = provenance(session, view_at(session), unit="441202", period=PERIOD)
    then = provenance(session, view_at(session, as_of=checked.seq), unit="441202", period=PERIOD)
    before = provenance(session, view_at(session, as_of=first), unit="441202", period=PERIOD)
    assert now is not None
    assert then is not None
    assert before is not None
    assert [(p.revision, p.state, p.checked_by) for p in (before, then, now)] == [
        (1, "submitted", None),
        (1, "verified", "bureau"),
        (2, "submitted", None),
    ]
    assert now.first_sent_at == before.sent_at


def test_without_a_submission_nobody_stands_behind_it(session: WriteSession) -> None:
    post(session)
    assert provenance(session, view_at(session), unit="441203", period=PERIOD) is None
    assert provenance(session, view_at(session), unit="441202", period=date(2019, 8, 1)) is None

"""Posting a submission once, however often it is sent with the same key, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from metrics.asked_ahead import Asking
from metrics.authority import Authority
from metrics.commands.idempotency_keys import Blanked, asked_of_key, once
from metrics.commands.post_submission import (
    asked_of_submission,
    post_submission,
    posted_answer,
    prepare_submission,
    record_submission,
)
from metrics.commands.record_submission_event import RecordedEvent, record_event_with_commit, was_overtaken
from metrics.database import WriteSession, engine, write_session
from metrics.ledger.continuation import asked_of_ledger
from metrics.ledger.entry import Blanks, new_blanks
from metrics.periods import day_end
from metrics.plan.model import Plan
from metrics.plan.store import PRESENT, plan_at, probable_plan
from metrics.principal import Principal
from metrics.submissions import Posted, ReadSubmission, SubmissionRequest, read_submission
from metrics.value_types import as_json_object, of_json_object
from metrics.with_commit import SentWithCommit

# Every post asks the same, and planning it anew takes the database longer than to find the rows, some of it while the
# ledger is held. A plan that was made while there was hardly a row serves as well once there are a million: by indexes.
_PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}


@dataclass(frozen=True, slots=True)
class PostedWithCommit:
    """What becomes of a submission that is recorded together with COMMIT. `expected`: with neither place nor moment."""

    expected: Posted
    blanks: Blanks
    _sent: SentWithCommit

    @property
    def posted(self) -> Posted:
        """What became of it, once the transaction is committed."""
        assert self._sent.row is not None  # noqa: S101  what was not recorded was raised
        seq, recorded_at, leaf_hash = self._sent.row
        return replace(self.expected, seq=seq, recorded_at=recorded_at, leaf_hash=leaf_hash.hex())


_Post = Callable[..., Posted | PostedWithCommit]


@dataclass(frozen=True, slots=True)
class PostedOnce:
    """`replayed`: it was answered before, and nothing was done."""

    posted: Posted
    replayed: bool


def post_once(
    by: Authority,
    *,
    principal: Principal,
    key: str,
    asked: Mapping[str, Any],
    request: SubmissionRequest,
    if_match: str | None,
) -> PostedOnce:
    """What became of `request`, committed. `by`: who acts; `asked`: everything that makes two requests the same.

    It is recorded together with COMMIT. If the plan or the month became another one just before, all of it is done
    again, and the second time it is recorded while the ledger is held. Raises as
    :func:`metrics.commands.post_submission.post_submission` and :func:`metrics.commands.idempotency_keys.once`.
    """

    def attempt(post: _Post, ahead: Sequence[Asking] = ()) -> PostedOnce:
        return _attempt(by, post, ahead, principal=principal, key=key, asked=asked, request=request, if_match=if_match)

    expected = _Expected.of(request)
    try:
        return attempt(partial(post_submission_with_commit, expected=expected), expected.asked(principal, key))
    except DBAPIError as error:
        if not was_overtaken(error):
            raise
    return attempt(post_submission)


@dataclass(frozen=True, slots=True)
class _Expected:
    """A submission as the plan has it that this process was told of last, `plan`; `read` None if there was none."""

    now: datetime
    plan: Plan | None
    read: ReadSubmission | None

    @classmethod
    def of(cls, request: SubmissionRequest) -> _Expected:
        now, plan = datetime.now(UTC), probable_plan(engine())
        return cls(now, plan, None if plan is None else read_submission(plan, request, now=now))

    def read_by(self, plan: Plan) -> ReadSubmission | None:
        """The submission as `plan` has it, if it was read by that one."""
        return self.read if plan is self.plan else None

    def asked(self, principal: Principal, key: str) -> Sequence[Asking]:
        """What recording it asks, if nothing is found that it would be refused for: in the order in which it does."""
        if self.plan is None or self.read is None:
            return ()
        of_submission = asked_of_submission(self.plan, self.read, now=self.now)
        return (*asked_of_key(principal, key), PRESENT, *of_submission, *asked_of_ledger()) if of_submission else ()


def _attempt(
    by: Authority,
    post: _Post,
    ahead: Sequence[Asking],
    *,
    principal: Principal,
    key: str,
    asked: Mapping[str, Any],
    request: SubmissionRequest,
    if_match: str | None,
) -> PostedOnce:
    found: Posted | PostedWithCommit | None = None

    def do() -> dict[str, Any] | Blanked:
        nonlocal found
        found = post(session, plan=plan_at(session), principal=principal, request=request, if_match=if_match)
        if isinstance(found, Posted):
            return _answered(found)
        answered = _answered(found.expected)
        answered["posted"] |= asdict(found.blanks)
        return Blanked(answered, found.blanks)

    with write_session(by, said=_PLANNED_ONCE, ahead=ahead) as session:
        answer = once(session, principal=principal, key=key, asked=asked, do=do)
    if found is None:
        posted = of_json_object(Posted, answer.body["posted"] | {"recorded": answer.body["recorded"]})
    else:
        posted = found if isinstance(found, Posted) else found.posted
    return PostedOnce(posted, answer.replayed)


def _answered(posted: Posted) -> dict[str, Any]:
    """What is remembered of a submission, to answer a retry."""
    return {"posted": as_json_object(posted), "recorded": posted.recorded}


def post_submission_with_commit(
    session: WriteSession,
    *,
    plan: Plan,
    principal: Principal,
    request: SubmissionRequest,
    if_match: str | None,
    expected: _Expected,
) -> Posted | PostedWithCommit:
    """As :func:`post_submission`, together with the session's COMMIT wherever there is something to record.

    If the plan, the month or the city's day is another one by then, nothing of the transaction is kept: then COMMIT
    fails as :func:`metrics.commands.record_submission_event.was_overtaken` says. A month that was locked at some time
    is recorded in at once.
    """
    now = expected.now
    prepared = prepare_submission(
        session,
        plan=plan,
        principal=principal,
        request=request,
        if_match=if_match,
        now=now,
        dry_run=False,
        read=expected.read_by(plan),
    )
    if isinstance(prepared, Posted):
        return prepared
    if prepared.touched:
        return record_submission(session, plan, prepared, now=now)
    timezone = plan.document.timezone
    blanks, until = new_blanks(), day_end(now.astimezone(ZoneInfo(timezone)).date(), timezone=timezone)
    sent = record_event_with_commit(
        session, prepared.version, event=prepared.event, plan=plan, until=until, blanks=blanks
    )
    nowhere = RecordedEvent(0, now, b"")
    answered = posted_answer(plan, prepared.sent, prepared.changes, version=prepared.version, recorded=nowhere, now=now)
    return PostedWithCommit(answered, blanks, sent)

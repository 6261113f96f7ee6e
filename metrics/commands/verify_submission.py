"""The city bureau's check of a return (审核): verify it, return it for correction, or open it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from metrics.commands.record_submission_event import Event, record_event
from metrics.commands.submission_version import Version, lock_version_by_id, require_version
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, Message, Problem
from metrics.if_match import named_versions
from metrics.periods import format_period
from metrics.principal import Action, Principal
from metrics.queries.submissions import submission_unknown
from metrics.returns import submission_etag

_WORDS = {"submitted": ("暂未审核", "submitted"), "verified": ("已审核", "verified"), "returned": ("退回", "returned")}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of verification: from which states it leads where."""

    action: str
    before: frozenset[str]
    after: str
    reason_required: bool


VERIFY = Step("verify", frozenset({"submitted"}), "verified", reason_required=False)
RETURN = Step("return", frozenset({"submitted", "verified"}), "returned", reason_required=True)
REOPEN = Step("reopen", frozenset({"verified", "returned"}), "submitted", reason_required=True)
STEPS: Mapping[str, Step] = {step.action: step for step in (VERIFY, RETURN, REOPEN)}


@dataclass(frozen=True, slots=True)
class Checked:
    """A submission after a step of verification."""

    id: int
    unit: str
    period: str
    revision: int
    state: str
    seq: int
    recorded_at: datetime
    leaf_hash: str

    @property
    def etag(self) -> str:
        return submission_etag(submission_id=self.id, revision=self.revision, seq=self.seq)


def verify_submission(
    session: WriteSession,
    *,
    principal: Principal,
    submission_id: int,
    step: Step = VERIFY,
    reason: str = "",
    if_match: str | None = None,
    timezone: str = "Asia/Shanghai",
    simulated_at: datetime | None = None,
) -> Checked:
    """Take `step` with a submission. `if_match`, where given, must name its present version.

    `timezone` is that in which a refusal writes times; `simulated_at` dates a step of the demonstration history.

    Raises NotFound, Stale, Conflict if the state forbids the step, Invalid without a reason where one is needed.
    """
    principal.require(Action.VERIFY)
    version = lock_version_by_id(session, submission_id)
    if version is None:
        raise submission_unknown(submission_id)
    if named_versions(if_match):
        require_version(session, version, if_match=if_match, timezone=timezone)
    _require_reason(step, reason)
    _require_state(step, version)
    event = Event(
        kind="verification",
        action=step.action,
        state=step.after,
        revision=version.revision,
        actor=principal.username,
        reason=reason,
        detail={"state_before": version.state},
        content={"state_before": version.state},
    )
    recorded = record_event(session, version, event=event, simulated_at=simulated_at)
    return Checked(
        id=version.id,
        unit=version.unit_code,
        period=format_period(version.period),
        revision=version.revision,
        state=step.after,
        seq=recorded.seq,
        recorded_at=recorded.recorded_at,
        leaf_hash=recorded.leaf_hash.hex(),
    )


def _require_reason(step: Step, reason: str) -> None:
    if step.reason_required and not reason.strip():
        message = Message("请说明原因。", "A reason is needed.")
        raise Invalid("reason_missing", message, [Problem("reason_missing", message, "/reason", given=reason)])


def _require_state(step: Step, version: Version) -> None:
    if version.state not in step.before:
        zh, en = _WORDS[version.state]
        raise Conflict(
            code="state_forbids",
            message=Message(
                f"该月报当前状态为“{zh}”,不能执行此操作({step.action})。",
                f"The return is {en}; that state does not allow {step.action}.",
            ),
        )

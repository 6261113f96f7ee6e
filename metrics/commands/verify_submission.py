"""The city bureau's check of a submission (审核): verify it, send it back for correction, or open it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.commands.record_submission_event import Event, record_event
from metrics.commands.submission_version import lock_version_by_id, require_version
from metrics.database import WriteSession
from metrics.if_match import named_versions
from metrics.periods import format_period
from metrics.principal import Principal
from metrics.queries.submissions import submission_unknown
from metrics.submission_states import SCOPES, Action, require_reason, transition
from metrics.submissions import submission_etag
from metrics.value_types import SentState


@dataclass(frozen=True, slots=True)
class Checked:
    """A submission after a step of verification."""

    id: int
    unit: str
    period: str
    revision: int
    state: SentState
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
    action: Action = Action.VERIFY,
    reason: str = "",
    if_match: str | None = None,
    timezone: str = "Asia/Shanghai",
    simulated_at: datetime | None = None,
) -> Checked:
    """Do `action` (verify, send back, reopen) to a submission. `if_match`, where given, must name its present version.

    `timezone` is that in which a refusal writes times; `simulated_at` dates a step of the demonstration history.

    Raises NotFound, Stale, Conflict if the state forbids it, Invalid without a reason where one is needed.
    """
    principal.require(SCOPES[action])
    version = lock_version_by_id(session, submission_id)
    if version is None:
        raise submission_unknown(submission_id)
    if named_versions(if_match):
        require_version(session, version, if_match=if_match, timezone=timezone)
    require_reason(action, reason)
    change = transition(version.state, action)
    event = Event(
        kind="verification",
        action=action,
        state=change.after,
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
        state=change.after,
        seq=recorded.seq,
        recorded_at=recorded.recorded_at,
        leaf_hash=recorded.leaf_hash.hex(),
    )

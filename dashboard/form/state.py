"""How a submission stands, in words above its form: due or late, sent, sent back, verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.locale import _, date_text, instant_text, language, month_text, ngettext
from dashboard.words.figures import unit_name
from metrics.period_states import excepted_notice, locked_notice
from metrics.periods import add_months, due_on, last_day
from metrics.plan.model import Plan, Unit
from metrics.queries.present_submission import PresentSubmission
from metrics.queries.submissions import SubmissionEventRow
from metrics.submission_states import Action, State

Component = Any


def submission_title(plan: Plan, unit: Unit, standing: PresentSubmission, *, now: datetime) -> str:
    """The finding: what is to be done with this submission, and by when."""
    names = {"unit": unit_name(unit), "month": month_text(standing.period)}
    if standing.sent is not None:
        state = standing.sent.summary.state
        if state == State.SENT_BACK:
            return _("{unit}, {month}: sent back for correction", **names)
        if state == State.VERIFIED:
            return _("{unit}, {month}: sent and verified", **names)
        return _("{unit}, {month}: sent, not yet verified", **names)
    left = (standing.due_on - now.astimezone(ZoneInfo(plan.document.timezone)).date()).days
    return due_title(unit, standing.period, days_late=standing.timeliness.days_late, days_left=left)


def due_title(unit: Unit, period: date, *, days_late: int, days_left: int) -> str:
    """The finding on a submission that has not been sent."""
    names = {"unit": unit_name(unit), "month": month_text(period)}
    if days_late:
        return ngettext("{unit}, {month}: {n} day late", "{unit}, {month}: {n} days late", days_late, **names)
    if days_left == 0:
        return _("{unit}, {month}: due today", **names)
    return ngettext("{unit}, {month}: due in {n} day", "{unit}, {month}: due in {n} days", days_left, **names)


def people_of(standing: PresentSubmission) -> set[str]:
    """The logins of those who did something to the submission or closed its month."""
    events = () if standing.sent is None else standing.sent.events
    return {event.actor for event in events} | ({standing.lock.by} if standing.lock is not None else set())


def state_notices(plan: Plan, standing: PresentSubmission, *, names: Mapping[str, str]) -> list[Component]:
    """What the clerk has to know before typing, the most pressing first. `names`: what :func:`people_of` are called."""
    notices = _lock_notices(plan, standing, names=names)
    if standing.sent is None:
        return [*notices, _due_notice(standing)]
    state = standing.sent.summary.state
    if state == State.SENT_BACK:
        notices.append(_sent_back(plan, _newest(standing, Action.SEND_BACK), names=names))
    elif state == State.VERIFIED:
        notices.append(_verified(plan, _newest(standing, Action.VERIFY), names=names))
    return [*notices, _sent_notice(plan, standing)]


def _newest(standing: PresentSubmission, action: Action) -> SubmissionEventRow:
    assert standing.sent is not None  # noqa: S101  only of submissions that were sent
    return next(event for event in reversed(standing.sent.events) if event.action == action)


def _lock_notices(plan: Plan, standing: PresentSubmission, *, names: Mapping[str, str]) -> list[Component]:
    """Locked and excepted are two things and said apart."""
    timezone, found = plan.document.timezone, []
    if standing.lock is not None:
        found.append(
            locked_notice(standing.period, replace(standing.lock, by=names[standing.lock.by]), timezone=timezone)
        )
    if standing.exception is not None:
        found.append(excepted_notice(standing.exception, timezone=timezone))
    return [_notice(notice.code, notice.message.in_language(language())) for notice in found]


def _due_notice(standing: PresentSubmission) -> Component:
    due = date_text(standing.due_on)
    if standing.timeliness.on_time:
        return _notice("due", _("Due by the end of {date}.", date=due))
    return _notice("late", _("It was due by the end of {date}. It can still be sent, and counts as late.", date=due))


def _sent_back(plan: Plan, event: SubmissionEventRow, *, names: Mapping[str, str]) -> Component:
    actor = names[event.actor]
    return _notice(
        "sent-back",
        html.Strong(_("Sent back by {actor}, {moment}:", actor=actor, moment=_moment(plan, event.recorded_at))),
        " ",
        html.Span(event.reason, className="given-reason"),
    )


def _verified(plan: Plan, event: SubmissionEventRow, *, names: Mapping[str, str]) -> Component:
    return _notice(
        "verified",
        _(
            "Verified by {actor}, {moment}. A changed figure voids the verification: it will have to be checked again.",
            actor=names[event.actor],
            moment=_moment(plan, event.recorded_at),
        ),
    )


def _sent_notice(plan: Plan, standing: PresentSubmission) -> Component:
    assert standing.sent is not None  # noqa: S101  only of submissions that were sent
    summary, revised = standing.sent.summary, _newest(standing, Action.SUBMIT)
    why = [
        html.Br(),
        html.Strong(_("Reason of the revision")),
        " ",
        html.Span(revised.reason, className="given-reason"),
    ]
    following = add_months(standing.period, 1)
    return _notice(
        "sent",
        _(
            "Revision {revision}, {moment}. What you change here becomes the next revision, with a reason.",
            revision=summary.revision,
            moment=_moment(plan, revised.recorded_at),
        ),
        *(why if revised.reason else []),
        " ",
        dcc.Link(_("Receipt"), href=f"/collect/receipt/{summary.id}"),
        " · ",
        _(
            "Next: {month}, from {first} to {due}.",
            month=month_text(following),
            first=date_text(last_day(following)),
            due=date_text(due_on(following, rule=plan.due_rule)),
        ),
    )


def _moment(plan: Plan, moment: datetime) -> str:
    return instant_text(moment, timezone=plan.document.timezone)


def _notice(kind: str, *said: Component) -> Component:
    role = "alert" if kind == "sent-back" else "note"
    return html.P(list(said), className=f"notice notice-{kind}", role=role)

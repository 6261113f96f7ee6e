"""The callback that has something done: one text in; the outcome and the regions of the window that changed out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from dash import Dash, Input, State

from dashboard import rights
from dashboard.acts import (
    accounts,
    announcements,
    assessments,
    bulletins,
    findings,
    follows,
    layouts,
    materials,
    people,
    periods,
    phases,
    releases,
    sanctions,
    scores,
    self_assessments,
    slips,
    submissions,
    targets,
    task_reports,
    work_plans,
)
from dashboard.frame import drawn, window_outputs
from dashboard.locale import speaking
from dashboard.window.access import reader
from dashboard.window.address import address_of
from dashboard.window.ask import Ask, Refused, read_ask
from dashboard.window.outage import AWAY
from dashboard.window.outcome import Outcome, away, refused
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_done, note_error
from metrics.errors import BadRequest, BiaochiError, Message, Unauthenticated
from metrics.logging import log_refusal
from metrics.present_act import doing
from metrics.principal import Principal
from metrics.texts import refuse_texts

log = structlog.get_logger(__name__)

# Does what was asked in a transaction of its own; what it raises is said as its outcome.
Act = Callable[[Ask, Principal], Sequence[Outcome]]

ACTS: Mapping[str, Act] = {
    "submission.verify": submissions.verify,
    "submission.verify_chosen": submissions.verify_chosen,
    "submission.send_back": submissions.send_back_submission,
    "submission.reopen": submissions.reopen,
    "submission.sign_off": submissions.sign_off,
    "submission.sign_on_paper": submissions.sign_on_paper,
    "submission.ask_sign_off": submissions.ask_sign_off,
    "layout.withdraw": layouts.withdraw,
    "release.publish": releases.publish,
    "bulletin.draft": bulletins.draft,
    "bulletin.edit": bulletins.edit,
    "bulletin.issue": bulletins.issue,
    "assessment.record": assessments.record,
    "assessment.revise": assessments.revise,
    "task.report": task_reports.report,
    "task.confirm": task_reports.confirm,
    "task.send_back": task_reports.send_back,
    "slip.issue": slips.issue,
    "slip.answer": slips.answer,
    "slip.decide": slips.decide,
    "calendar.announce": announcements.announce_day,
    "calendar.move": announcements.move,
    "calendar.withdraw": announcements.withdraw,
    "task.sanction": sanctions.mark,
    "task.lift_sanction": sanctions.lift,
    "sample.draw": assessments.draw,
    "gate_rule.bind": phases.bind,
    "target.revise": targets.revise,
    "follow.add": follows.add,
    "follow.end": follows.end,
    "follow.seen": follows.seen,
    "material.send": materials.send,
    "material.ask_sign_off": materials.ask_sign_off,
    "work_plan.file": work_plans.file_plan,
    "funding.record": work_plans.tell_funding,
    "material.seen": materials.seen,
    "material.sign_off": materials.sign,
    "self.submit": self_assessments.submit,
    "self.sign": self_assessments.sign,
    "score.weigh": scores.weigh,
    "score.inquiry": scores.record,
    "finding.raise": findings.raise_one,
    "finding.answer": findings.answer,
    "finding.close": findings.close,
    "finding.return": findings.send_back,
    "finding.withdraw": findings.withdraw,
    "period.lock": periods.lock,
    "period.unlock": periods.unlock,
    "period.except": periods.except_unit,
    "period.end": periods.end,
    "person.record": people.record,
    "user.enable": accounts.enable,
    "user.disable": accounts.disable,
    "user.role": accounts.role,
    "user.units": accounts.units,
    "user.email": accounts.email,
    "password.reset": accounts.send_link,
    "second_factor.change": accounts.remove_second_factor,
    "session.end": accounts.end,
    "token.revoke": accounts.revoke,
}


_AS_IN_THE_AUDIT = {
    "follow.add": "follow.change",
    "follow.end": "follow.change",
    "follow.seen": "follow.change",
    "material.ask_sign_off": "submission.ask_sign_off",
    "submission.verify_chosen": "submission.verify",
    "submission.sign_on_paper": "submission.sign_off",
    "task.confirm": "task.check",
    "task.send_back": "task.check",
    "task.lift_sanction": "task.sanction",
    "calendar.announce": "release.announce",
    "calendar.move": "release.announce",
    "calendar.withdraw": "release.announce",
    "bulletin.draft": "bulletin.write",
    "bulletin.edit": "bulletin.write",
    "bulletin.issue": "bulletin.write",
}
_SUBJECTS = (
    "seen",
    "unit",
    "period",
    "indicator",
    "target",
    "task",
    "slip",
    "layout",
    "number",
    "duty",
    "username",
    "session",
    "token",
    "follow",
)


def install_dispatch(app: Dash) -> None:
    """Register the callback on `app`; `asked` is set by assets/src/acts/asking.js from the forms of the pages."""
    app.callback(
        *window_outputs(again=True),
        Input("asked", "data"),
        State("url", "pathname"),
        State("url", "search"),
        State("theme", "data"),
        State("drawn", "data"),
        prevent_initial_call=True,
    )(ask)


def ask(
    asked: str | None, pathname: str | None, search: str | None, theme: str | None, before: str | None
) -> tuple[Any, ...]:
    """Do what was asked, then draw what it changed of the window, with the outcome above the page."""
    address = address_of(pathname, search)
    with speaking(address.language):
        outcomes = () if asked is None else outcomes_of(asked)
        done = read_ask(asked) if asked is not None and any(outcome.done for outcome in outcomes) else None
        problems = [problem for outcome in outcomes for problem in getattr(outcome.error, "problems", ())]
        refused = Refused(read_ask(asked), tuple(problems)) if asked is not None and problems else None
        return drawn(address, theme=theme, before=before, outcomes=outcomes, done=done, refused=refused)


def outcomes_of(text: str) -> tuple[Outcome, ...]:
    """What became of the ask that `text` spells."""
    principal, done, action, about = None, "asked", AuditAction.OTHER_CHANGE, ""
    try:
        asked = read_ask(text)
        principal, done = reader(), asked.do
        if principal is None:
            raise Unauthenticated("session_missing", Message("请先登录。", "Sign in first."))
        act, access = ACTS.get(asked.do), rights.ACTS.get(asked.do)
        if act is None or access is None:
            raise BadRequest("act_unknown", Message("没有这项操作。", "There is no such act."))
        action, about = act_named(asked.do), _about(asked)
        access.require(principal)
        with doing(action, about):
            refuse_texts(asked.fields)
            outcomes = tuple(act(asked, principal))
    except BiaochiError as error:
        outcomes = (refused(error),)
    except AWAY as failure:
        log.warning("database_away", error=str(failure)[:300])
        outcomes = (away(failure),)
    with doing(action, about):
        for outcome in outcomes:
            _audit(outcome, principal, done)
    return outcomes


def act_named(name: str) -> AuditAction:
    """The act of the audit that the act `name` of the pages is."""
    name = _AS_IN_THE_AUDIT.get(name, name)
    return AuditAction(name) if name in list(AuditAction) else AuditAction.OTHER_CHANGE


def _about(asked: Ask) -> str:
    """The fields by which an ask says what it is about; texts that people write are left out."""
    return " ".join(asked.field(name)[:60] for name in _SUBJECTS if asked.field(name))


def _audit(outcome: Outcome, principal: Principal | None, done: str) -> None:
    if outcome.error is not None:
        log_refusal(outcome.error, principal=principal, asked=done)
        note_error(outcome.error)
    elif outcome.done:
        note_done()

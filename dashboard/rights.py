"""Who may have which act done and ask which callback: each declared once, and asked before the act or the callback is.

Pages say themselves whose they are (`dashboard/routes.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.routes import ROUTES
from metrics.access import EVERYBODY, Access, Units
from metrics.principal import BOUND_TO_UNITS, Principal, Role, Scope

_VERIFY = Access(Scope.VERIFY, Units.OWN)
_ANNOUNCE = Access(Scope.REVISE_TARGET)
_BULLETIN = Access(Scope.RELEASE, Units.PUBLISHED)
_PERIODS = Access(Scope.MANAGE_PERIODS, Units.PUBLISHED)
_POST = Access(Scope.POST_SUBMISSION, Units.POSTED)
# A clerk for the units of the account that lead the task, whoever reports.
_CHECK_TASK = Access(Scope.POST_SUBMISSION, Units.PUBLISHED)
_ASSESS = Access(Scope.RECORD_ASSESSMENT, blind=True)
_ADMINISTER = Access(Scope.ADMINISTER)
_FOLLOW = Access(EVERYBODY, Units.MINE)
_LOOK = Access(EVERYBODY, Units.PUBLISHED, released=True, blind=True)

ACTS: dict[str, Access] = {
    "submission.verify": _VERIFY,
    "submission.verify_chosen": _VERIFY,
    "submission.send_back": _VERIFY,
    "submission.reopen": _VERIFY,
    "submission.sign_off": Access(Scope.SIGN_OFF, Units.OWN),
    "submission.sign_on_paper": Access(Scope.SIGN_OFF, Units.OWN),
    "submission.ask_sign_off": _POST,
    "layout.withdraw": _POST,
    "release.publish": Access(Scope.RELEASE),
    "calendar.announce": _ANNOUNCE,
    "calendar.move": _ANNOUNCE,
    "calendar.withdraw": _ANNOUNCE,
    "bulletin.draft": _BULLETIN,
    "bulletin.edit": _BULLETIN,
    "bulletin.issue": _BULLETIN,
    "assessment.record": _ASSESS,
    "assessment.revise": _ASSESS,
    "sample.draw": _ASSESS,
    "material.send": _POST,
    "material.ask_sign_off": _POST,
    "work_plan.file": _POST,
    "funding.record": _POST,
    "material.seen": _POST,
    "material.sign_off": Access(Scope.SIGN_OFF, Units.OWN),
    "task.report": _POST,
    "task.confirm": _CHECK_TASK,
    "task.send_back": _CHECK_TASK,
    "task.sanction": Access(Scope.VERIFY, Units.PUBLISHED),
    "task.lift_sanction": Access(Scope.VERIFY, Units.PUBLISHED),
    "gate_rule.bind": Access(Scope.REVISE_TARGET),
    "target.revise": Access(Scope.REVISE_TARGET),
    "follow.add": _FOLLOW,
    "follow.end": _FOLLOW,
    "follow.seen": _FOLLOW,
    "slip.issue": Access(Scope.SUPERVISE, Units.OWN),
    "slip.answer": Access(Scope.ANSWER_SLIP, Units.OWN),
    "slip.decide": Access(Scope.SUPERVISE, Units.OWN),
    "self.submit": _POST,
    "self.sign": Access(Scope.SIGN_OFF, Units.OWN),
    "score.weigh": Access(Scope.SUPERVISE, Units.PUBLISHED),
    "score.inquiry": Access(Scope.SUPERVISE, Units.OWN),
    "finding.raise": _VERIFY,
    "finding.answer": _POST,
    "finding.close": _VERIFY,
    "finding.return": _VERIFY,
    "finding.withdraw": _VERIFY,
    "period.lock": _PERIODS,
    "period.unlock": _PERIODS,
    "period.except": _PERIODS,
    "period.end": _PERIODS,
    "person.record": Access(Scope.MANAGE_PEOPLE, Units.PUBLISHED),
    "user.enable": _ADMINISTER,
    "user.disable": _ADMINISTER,
    "user.role": _ADMINISTER,
    "user.units": _ADMINISTER,
    "user.email": _ADMINISTER,
    "password.reset": _ADMINISTER,
    "second_factor.change": _ADMINISTER,
    "session.end": _ADMINISTER,
    "token.revoke": _ADMINISTER,
}
"""By the word that a form says; what is not declared is done for nobody."""

CALLBACKS: dict[str, Access] = {
    "draw": _LOOK,
    "explain": _LOOK,
    "ask": _LOOK,
    "rows_asked": Access(EVERYBODY, Units.PUBLISHED),
    "check_typed": _POST,
    "send_typed": _POST,
    "discard_typed": _POST,
    "look_over": _POST,
    "send_whole": _POST,
}
"""By the name of the function that answers. `ask` is for everybody: the acts above say who may what."""


def pages() -> Iterator[tuple[str, Access]]:
    """Every page as it declares itself: its address, and who finds it."""
    for route in ROUTES:
        concerned = frozenset(role for role in Role if route.concerns(_somebody(role)))
        units = Units.PUBLISHED if concerned == EVERYBODY else Units.OWN
        yield route.path, Access(concerned, units, released=route.public, blind=route.blind)


def _somebody(role: Role) -> Principal:
    units = frozenset({"unit"}) if role in BOUND_TO_UNITS else frozenset[str]()
    return Principal(user_id=0, username="", display_name="", role=role, units=units)

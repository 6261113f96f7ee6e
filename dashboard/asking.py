"""The callback that has something done: one text in; the outcome and the window drawn anew out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from dash import Dash, Input, Output, State

from dashboard.access import reader
from dashboard.acts import assessing, layouts, people, periods, publishing, reviewing, sampling, signing, tasking
from dashboard.acts.asked import Asked, read_asked
from dashboard.away import AWAY
from dashboard.frame import drawn
from dashboard.locale import speaking
from dashboard.outcome import Outcome, away, refused
from dashboard.place import place_of
from metrics.errors import BadRequest, BiaochiError, Message, Unauthenticated
from metrics.principal import Principal
from metrics.refusal_log import log_refusal

log = structlog.get_logger(__name__)

Act = Callable[[Asked, Principal], Sequence[Outcome]]

ACTS: Mapping[str, Act] = {
    "return.verify": reviewing.verify,
    "return.verify_chosen": reviewing.verify_chosen,
    "return.return": reviewing.return_for_correction,
    "return.reopen": reviewing.reopen,
    "submission.sign_off": signing.sign_off,
    "submission.sign_on_paper": signing.sign_on_paper,
    "submission.ask_sign_off": signing.ask_sign_off,
    "layout.withdraw": layouts.withdraw,
    "release.publish": publishing.publish,
    "assessment.record": assessing.record,
    "assessment.revise": assessing.revise,
    "task.report": tasking.report,
    "sample.draw": sampling.draw,
    "period.lock": periods.lock,
    "period.unlock": periods.unlock,
    "period.except": periods.except_unit,
    "period.end": periods.end,
    "person.record": people.record,
}


def install_asking(app: Dash) -> None:
    """Register the callback on `app`; `asked` is set by assets/asking.js from the forms of the pages."""
    app.callback(
        Output("frame", "children", allow_duplicate=True),
        Output("described", "data", allow_duplicate=True),
        Input("asked", "data"),
        State("url", "pathname"),
        State("url", "search"),
        State("theme", "data"),
        prevent_initial_call=True,
    )(ask)


def ask(
    asked: str | None, pathname: str | None, search: str | None, theme: str | None
) -> tuple[list[Any], dict[str, Any]]:
    """Do what was asked, then draw the window as it is now, with the outcome above the page."""
    place = place_of(pathname, search)
    with speaking(place.language):
        return drawn(place, theme=theme, outcomes=() if asked is None else outcomes_of(asked))


def outcomes_of(text: str) -> tuple[Outcome, ...]:
    """What became of the ask that `text` spells."""
    principal, done = None, "asked"
    try:
        asked = read_asked(text)
        principal, done = reader(), asked.do
        if principal is None:
            raise Unauthenticated("session_missing", Message("请先登录。", "Sign in first."))
        act = ACTS.get(asked.do)
        if act is None:
            raise BadRequest("act_unknown", Message("没有这项操作。", "There is no such act."))
        outcomes = tuple(act(asked, principal))
    except BiaochiError as error:
        outcomes = (refused(error),)
    except AWAY as failure:
        log.warning("database_away", error=str(failure)[:300])
        outcomes = (away(),)
    for outcome in outcomes:
        if outcome.error is not None:
            log_refusal(outcome.error, principal=principal, asked=done)
    return outcomes

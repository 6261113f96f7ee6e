"""Performance assessment (绩效考核): a month's score sheets, how scores are made, and what inquiries came to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response

from api.answers import json_answer
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.routes.periods import Period
from api.schemas.scores import (
    InquiryBody,
    ScoreRuleBody,
    ScoreRuleOut,
    ScoreRulesOut,
    ScoreRuleTried,
    ScoresOut,
)
from api.security.dependencies import CurrentPrincipal
from metrics.commands.record_inquiry import InquiryGiven, InquiryRecorded, record_inquiry
from metrics.commands.set_score_rule import ScoreRuleSet, set_score_rule, try_score_rule
from metrics.database import ReadSession
from metrics.errors import BadRequest
from metrics.forms import as_given
from metrics.periods import parse_period, period_problem
from metrics.plan.store import plan_at
from metrics.principal import Scope
from metrics.publish.pull import parse_as_of
from metrics.queries.judged_month import judged_month
from metrics.queries.reader_view import own_units_view
from metrics.queries.score_rules import score_rules
from metrics.queries.score_sheets import period_scored, score_sheets
from metrics.queries.view import View, view_at
from metrics.supervision.scores import rule_for
from metrics.value_types import Month

router = APIRouter(tags=["supervise"])

_READ: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not a period, or not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}
_WRITTEN: dict[int | str, dict[str, Any]] = {
    **_READ,
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
AsOf = Annotated[str | None, Query(description="What was known then: a day (its end), a moment or a sequence number")]
OfMonth = Annotated[str | None, Query(description="YYYY-MM; the month judged by default if there is none")]


def _view(session: ReadSession, as_of: str | None) -> View:
    known = None if as_of is None else parse_as_of(as_of, timezone=lambda: plan_at(session).document.timezone)
    return view_at(session, as_of=known)


def _month(session: ReadSession, view: View, period: str | None) -> Month:
    if period is None:
        return period_scored(view, judged_month(session, view))
    found = parse_period(period)
    if found is None:
        problem = period_problem(as_given(period), pointer="?period")
        raise BadRequest(problem.code, problem.message, [problem])
    return found


@router.get("/scores/weights", responses=_READ)
def score_rule_in_force(
    principal: CurrentPrincipal, session: ReadDatabase, period: OfMonth = None, as_of: AsOf = None
) -> ScoreRulesOut:
    """How scores of the month are made: weights and steps in force, and every version that was recorded.

    Where none was recorded every part weighs the same; the plan names no weights, and none is invented.
    """
    principal.require(Scope.READ)
    view = _view(session, as_of)
    month, versions = _month(session, view, period), score_rules(session, view)
    return ScoreRulesOut(
        period=month,
        in_force=ScoreRuleOut.of(rule_for(versions, month)),
        versions=[ScoreRuleOut.of(rule) for rule in versions],
    )


@router.post(
    "/scores/weights",
    status_code=201,
    response_model=ScoreRuleSet,
    openapi_extra=documented(ScoreRuleBody),
    responses={
        **_WRITTEN,
        200: {"model": ScoreRuleTried, "description": "Tried: what would change; nothing is stored"},
        409: {"description": "It is the rule from that month on already"},
    },
)
def set_score_weights(
    principal: CurrentPrincipal,
    body: JsonBody,
    session: WriteDatabase,
    dry_run: Annotated[bool, Query(description="Answer what would change and store nothing")] = False,
    period: OfMonth = None,
) -> Response:
    """Lay down weights and steps for months from `valid_from` on, with a citation or a reason (reviewers).

    `dry_run` answers every unit's score and rank of the month `period` before and after. Versions are kept; what was
    known earlier stays reproducible through `as_of`.
    """
    principal.require(Scope.SUPERVISE)
    given = as_model(ScoreRuleBody, body).as_given()
    view = view_at(session)
    month = _month(session, view, period)
    if dry_run:
        rule, moves = try_score_rule(session, view, principal=principal, given=given, period=month)
        return json_answer(ScoreRuleTried.of(rule, moves, period=month), status=200)
    return json_answer(set_score_rule(session, principal=principal, given=given), status=201)


@router.get("/scores/{period}", responses=_READ)
def scores_of_month(
    principal: CurrentPrincipal, period: Period, session: ReadDatabase, as_of: AsOf = None
) -> ScoresOut:
    """Every unit's score sheet for the month with what each part rests on; of own units, unranked, for their people."""
    principal.require(Scope.READ)
    view = own_units_view(_view(session, as_of), principal=principal)
    return ScoresOut.of(score_sheets(session, view, period))


@router.post(
    "/tasks/{number}/inquiries",
    status_code=201,
    response_model=InquiryRecorded,
    openapi_extra=documented(InquiryBody),
    responses={
        **_WRITTEN,
        404: {"description": "The plan has no such task, or it asks for no inquiry"},
        412: {"description": "If-Match names another revision than the present one"},
        428: {"description": "The score is there already and no If-Match"},
    },
)
def record_inquiry_score(
    principal: CurrentPrincipal,
    number: Annotated[int, Path(ge=1, le=9999)],
    body: JsonBody,
    session: WriteDatabase,
    if_match: Annotated[str | None, Header(description="ETag of the revision that was seen")] = None,
) -> Response:
    """Record what a form of the inquiry that the task asks for came to for a unit in a round (reviewers).

    It belongs to no indicator. One that is there already is corrected: with a reason, and `If-Match`.
    """
    principal.require(Scope.SUPERVISE)
    sent = as_model(InquiryBody, body)
    given = InquiryGiven(**{name: getattr(sent, name) for name in type(sent).model_fields})
    done = record_inquiry(session, number, principal=principal, given=given, if_match=if_match)
    return json_answer(done, status=201, headers={"ETag": done.etag})

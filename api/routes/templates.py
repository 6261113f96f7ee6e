"""The monthly form as a workbook for one unit and period, to be filled in and sent back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.dependencies import ReadDatabase
from api.security.dependencies import CurrentPrincipal
from metrics.errors import BadRequest, Message, Problem
from metrics.intake.template.form_cells import UnitForm
from metrics.intake.template.form_workbook import stamp_for, write_template
from metrics.periods import format_period
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.present_submission import unit_form
from metrics.submissions import SubmissionRequest, refuse_submission, submission_place

router = APIRouter(prefix="/templates", tags=["collect"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/{period}.xlsx",
    response_class=Response,
    responses={
        200: {"content": {XLSX: {}}, "description": "The workbook, another nonce in every one"},
        400: {"description": "No unit named, or an unknown parameter"},
        401: {"description": "Nobody known is asking"},
        403: {"description": "Not a unit of yours"},
        422: {"description": "No submission can be sent for this unit and period"},
    },
)
def form_template(
    principal: CurrentPrincipal,
    session: ReadDatabase,
    period: Annotated[str, Path(description="YYYY-MM")],
    unit: Annotated[str | None, Query(description="Unit code; a clerk with one unit may leave it out")] = None,
    lang: Annotated[Literal["zh", "en"], Query(description="Language of headings and words")] = "zh",
) -> Response:
    """The form of one unit for one period: last month beside, what was sent filled in, the checks as formulas."""
    code = _unit(principal, unit)
    plan = plan_at(session)
    month, problems = submission_place(plan, SubmissionRequest(code, period, {}), now=datetime.now(UTC))
    if month is None or problems:
        raise refuse_submission(problems)
    form = unit_form(session, plan, unit=code, period=month)
    synthetic = is_demonstration_loaded(session)
    content = write_template(plan, form, language=lang, stamp=stamp_for(form), synthetic=synthetic)
    return Response(content, media_type=XLSX, headers=_headers(form, synthetic=synthetic))


def _unit(principal: Principal, given: str | None) -> str:
    """The unit asked for; without one, the only unit the principal posts for. Raises Forbidden for another's."""
    principal.require(Scope.POST_SUBMISSION)
    if given is None and len(principal.units) == 1:
        return next(iter(principal.units))
    if given is None:
        message = Message("请用参数 unit 指明填报单位。", "Name the reporting unit in the parameter unit.")
        raise BadRequest("unit_missing", message, [Problem("unit_missing", message, "?unit")])
    principal.require_unit(given)
    return given


def _headers(form: UnitForm, *, synthetic: bool) -> dict[str, str]:
    label = "-演示数据-synthetic" if synthetic else ""
    period = format_period(form.period)
    plain = f"biaochi-{form.unit.code}-{period}{'-synthetic' if synthetic else ''}.xlsx"
    full = f"{form.unit.name.zh}-{period}-月报{label}.xlsx"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}",
        "Cache-Control": "private, no-store",
        "Vary": "Authorization, Cookie",
    }

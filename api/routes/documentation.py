"""The API's documentation: the OpenAPI document, its examples made of the loaded plan, and a page to read it on.

The page is served from here alone: Swagger UI's files come with a wheel.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from metrics.database import read_session
from metrics.errors import BiaochiError, Message, NotFound
from metrics.periods import add_months, format_period, last_day
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.publish.edition import publisher
from metrics.settings import settings

router = APIRouter(include_in_schema=False)

_MEDIA = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>Biaochi 标尺 · API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>
"""
_START = "SwaggerUIBundle({url: 'openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null});\n"


_ABSENT = {  # what the examples say while no plan is loaded
    "plan:unit": "UNIT_CODE",
    "plan:element": "ELEMENT_CODE",
    "plan:second_element": "OTHER_ELEMENT_CODE",
    "plan:indicator": "INDICATOR_CODE",
    "plan:target": "TARGET_CODE",
    "plan:month": "2019-01",
    "plan:next_month_end": "2019-02-28",
}


_NAMED = re.compile("|".join(sorted(_ABSENT, key=len, reverse=True)))


@router.get("/openapi.json")
def openapi(request: Request) -> JSONResponse:
    """The OpenAPI document, its examples made of the loaded plan."""
    try:
        with read_session() as session:
            plan = plan_at(session)
    except BiaochiError:  # no plan yet, or the database is away: the document is there all the same
        plan = None
    document = with_plan_examples(request.app.openapi(), plan)
    return JSONResponse(document | {"info": document["info"] | {"contact": _contact(plan)}})


@router.get("/docs")
def docs() -> HTMLResponse:
    """The page."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/docs/{name}")
def docs_file(name: str) -> Response:
    """One of the page's own files."""
    if name == "start.js":
        return Response(_START, media_type="text/javascript")
    if name not in _MEDIA:
        raise NotFound(code="path_unknown", message=Message("没有这个地址。", "There is nothing at this address."))
    content = (files("fastapi_offline") / "static" / name).read_bytes()
    return Response(content, media_type=_MEDIA[name], headers={"Cache-Control": "public, max-age=86400"})


def _contact(plan: Plan | None) -> dict[str, str]:
    """Who publishes the figures, and where to ask about them if that is set."""
    name = {} if plan is None else {"name": publisher(plan).zh}
    where = settings().contact
    return name | ({"email" if "@" in where and "/" not in where else "url": where} if where else {})


def with_plan_examples(document: Any, plan: Plan | None) -> Any:
    """`document` with every word `plan:…`, key or value, replaced by what this plan calls it."""
    return _replaced(document, _ABSENT if plan is None else _words(plan))


def _words(plan: Plan) -> dict[str, str]:
    """Two elements of one block that holds no other, where there is one: an example that may be posted as it stands."""
    by_block = [[e.code for e in plan.elements if e.block == block.code] for block in plan.blocks]
    pair = next((codes for codes in by_block if len(codes) == 2), [e.code for e in plan.elements][:2])
    issued = plan.document.issued_on.replace(day=1)
    month = max(issued, plan.document.first_period or issued)  # one for which figures are taken
    following = last_day(add_months(month, 1))
    units = plan.reporting_units or plan.units
    return _ABSENT | {
        "plan:unit": units[0].code,
        "plan:element": pair[0],
        "plan:second_element": pair[-1],
        "plan:indicator": plan.indicators[0].code,
        "plan:target": next((target.code for target in plan.targets if target.indicator), plan.targets[0].code),
        "plan:month": format_period(month),
        "plan:next_month_end": following.isoformat(),
    }


def _replaced(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {words.get(key, key): _replaced(held, words) for key, held in value.items()}
    if isinstance(value, list):
        return [_replaced(held, words) for held in value]
    return _NAMED.sub(lambda found: words[found[0]], value) if isinstance(value, str) else value

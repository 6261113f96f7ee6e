"""The API's interactive documentation, served from here alone: Swagger UI's files come with a wheel."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.plan_examples import with_plan_examples
from metrics.database import read_session
from metrics.errors import BiaochiError, Message, NotFound
from metrics.plan.store import plan_at

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


@router.get("/openapi.json")
def openapi(request: Request) -> JSONResponse:
    """The OpenAPI document, its examples made of the loaded plan."""
    try:
        with read_session() as session:
            plan = plan_at(session)
    except BiaochiError:  # no plan yet, or the database is away: the document is there all the same
        plan = None
    return JSONResponse(with_plan_examples(request.app.openapi(), plan))


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

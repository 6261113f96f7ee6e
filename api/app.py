"""The application: the API under /api/v1, health checks, and the dashboard at the root."""

from __future__ import annotations

from importlib.metadata import version

from a2wsgi import WSGIMiddleware
from fastapi import Depends, FastAPI, Request
from starlette.middleware import Middleware
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from api.dependencies import refuse_without_plan
from api.head import HeadAsGet
from api.headers import SecurityHeaders
from api.parameters import refuse_unknown_parameters
from api.problems import DOCUMENTED, install_problems, problem
from api.routes import (
    assessments,
    catalogue,
    confirmation,
    datasets,
    differences,
    documentation,
    files,
    health,
    layouts,
    ledger,
    overrides,
    periods,
    releases,
    samples,
    session,
    sign_off,
    submissions,
    targets,
    tasks,
    templates,
    units,
    weights,
)
from api.silence import SilentDatabase
from dashboard.app import create_dashboard
from metrics.database import gives_sign_of_life
from metrics.errors import Message

PREFIX = "/api/v1"
_MODULES = (
    assessments,
    catalogue,
    confirmation,
    differences,
    files,
    layouts,
    ledger,
    overrides,
    periods,
    releases,
    samples,
    session,
    sign_off,
    submissions,
    targets,
    tasks,
    templates,
    units,
    weights,
)


def create_app() -> FastAPI:
    """A new application; it uses whatever engine :mod:`metrics.database` has when a request comes."""
    app = FastAPI(
        title="Biaochi 标尺",
        version=version("biaochi"),
        openapi_url=None,  # served by the documentation routes, with examples of the loaded plan
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={422: DOCUMENTED, "default": DOCUMENTED},
        middleware=[
            Middleware(HeadAsGet),
            Middleware(SecurityHeaders),
            Middleware(SilentDatabase, lives=gives_sign_of_life),
        ],
    )
    install_problems(app)
    checked, planned = Depends(refuse_unknown_parameters), Depends(refuse_without_plan)
    app.include_router(health.router, dependencies=[checked])
    app.include_router(documentation.router, prefix=PREFIX, dependencies=[checked])
    app.include_router(datasets.router, prefix=PREFIX, dependencies=[planned])
    for module in _MODULES:
        app.include_router(module.router, prefix=PREFIX, dependencies=[checked, planned])
    for path in ("/api", "/healthz", "/readyz"):
        app.mount(path, _nothing_here)
    app.mount("/", WSGIMiddleware(create_dashboard().server))
    return app


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Unknown API paths are 404 in JSON, never the dashboard's page; a known path with another method is 405."""
    request = Request(scope, receive)
    allowed = {
        method.upper()
        for template, operations in scope["app"].openapi()["paths"].items()
        if compile_path(template)[0].match(request.url.path)
        for method in operations
    }
    if allowed:
        if "GET" in allowed:
            allowed.add("HEAD")
        answer = problem(
            request,
            405,
            code="method_not_allowed",
            message=Message("此地址不支持该方法。", "This address does not take this method."),
            headers={"Allow": ", ".join(sorted(allowed))},
        )
    else:
        answer = problem(
            request, 404, code="path_unknown", message=Message("没有这个地址。", "There is nothing at this address.")
        )
    await answer(scope, receive, send)

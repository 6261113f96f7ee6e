"""The application: the API under /api/v1, health checks, and the dashboard at the root."""

from __future__ import annotations

import gc
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib.metadata import version

from a2wsgi import WSGIMiddleware
from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Match, compile_path
from starlette.types import Receive, Scope, Send

from api.audit_trail import AuditTrail, name_act
from api.bodies import Bodies
from api.client import FitRequests, KnownClients
from api.dependencies import refuse_without_plan
from api.headers import HeadAsGet, HttpsInFront, SecurityHeaders
from api.ledger_place import LedgerInDoubt
from api.openapi import DESCRIBED, DescribedApi
from api.parameters import refuse_unknown_parameters
from api.places import PlacesByClient, RatesByClient
from api.problem_schemas import DOCUMENTED
from api.problems import install_problems, problem
from api.routes import (
    account,
    announcements,
    assessments,
    attachments,
    audit,
    bulletins,
    catalogue,
    codelists,
    confirmation,
    datasets,
    differences,
    documentation,
    feed,
    files,
    findings,
    follows,
    health,
    history,
    layouts,
    ledger,
    materials,
    overrides,
    periods,
    phases,
    releases,
    samples,
    sanctions,
    scores,
    self_assessments,
    session,
    settings,
    sign_off,
    slips,
    submissions,
    targets,
    tasks,
    templates,
    tokens,
    units,
    users,
    watch,
    weights,
    work_plans,
)
from api.security.dependencies import sender
from api.silent_database import AT_MOST, SilentDatabase, Stopping
from api.traces import traced_where_wanted
from dashboard.app import create_dashboard
from metrics.auditing.writing import write_counts
from metrics.errors import Message
from metrics.server.sign_of_life import gives_sign_of_life
from metrics.watch.records import Records

PREFIX = "/api/v1"
_WSGI_THREADS = 64
_MODULES = (
    account,
    announcements,
    assessments,
    attachments,
    audit,
    bulletins,
    catalogue,
    codelists,
    confirmation,
    differences,
    feed,
    files,
    findings,
    follows,
    history,
    layouts,
    ledger,
    materials,
    overrides,
    periods,
    phases,
    releases,
    samples,
    sanctions,
    scores,
    self_assessments,
    session,
    settings,
    sign_off,
    slips,
    targets,
    tasks,
    templates,
    tokens,
    units,
    users,
    weights,
    work_plans,
)


def create_app() -> FastAPI:
    """A new application; it uses whatever engine :mod:`metrics.database` has when a request comes."""
    app = DescribedApi(
        title="Biaochi 标尺",
        version=version("biaochi"),
        **DESCRIBED,
        openapi_url=None,  # served by the documentation routes, with examples of the loaded plan
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_settled,
        responses={422: DOCUMENTED, "default": DOCUMENTED},
        middleware=_middleware(),
    )
    install_problems(app)
    named, checked, planned = Depends(name_act), Depends(refuse_unknown_parameters), Depends(refuse_without_plan)
    app.state.records = Records()
    # First: a request is held against every route that stands before its own, and these come in floods.
    app.include_router(submissions.router, prefix=PREFIX, dependencies=[named, checked, planned])
    app.include_router(health.router, dependencies=[checked])
    app.include_router(watch.router, dependencies=[checked])
    app.include_router(documentation.router, prefix=PREFIX, dependencies=[named, checked])
    app.include_router(datasets.router, prefix=PREFIX, dependencies=[named, planned])
    for module in _MODULES:
        app.include_router(module.router, prefix=PREFIX, dependencies=[named, checked, planned])
    hold_against_few(app.routes)
    for path in ("/api", "/healthz", "/readyz", "/metrics"):
        app.mount(path, _nothing_here)
    # As WSGI, not Dash's own backend for FastAPI, which answers unknown API paths with a page (decision 114).
    # A thread for every place there is, and room for a whole file: who has a place waits for no thread, and no thread
    # waits for who reads slowly.
    app.mount("/", WSGIMiddleware(create_dashboard().server, workers=_WSGI_THREADS, send_queue_size=2000))
    return app


def hold_against_few(routes: Iterable[BaseRoute]) -> None:
    """Have each of the application's `routes` say at once that it is not meant by a path that begins otherwise.

    The framework tries one after the other, 387 patterns before it comes to the dashboard: a millisecond and a half of
    the only thread that answers, for every file of a page (decision 266).
    """
    for route in routes:
        route.matches = _where_begun(route)  # type: ignore[method-assign, assignment]


def _where_begun(route: BaseRoute) -> Callable[[Scope], tuple[Match, Scope]]:
    whole, begins = route.matches, tuple[str, ...]()

    def matches(scope: Scope) -> tuple[Match, Scope]:
        nonlocal begins
        if scope["type"] != "http" or scope.get("root_path"):
            return whole(scope)
        begins = begins or beginnings(route)
        return whole(scope) if scope["path"].startswith(begins) else (Match.NONE, {})

    return matches


def beginnings(route: BaseRoute) -> tuple[str, ...]:
    """What the paths of the route, or of the router, begin with before their first parameter; never empty."""
    found = {(context.path or "").partition("{")[0] for context in iter_route_contexts([route])}
    return tuple(found) or ("",)


def _middleware() -> list[Middleware]:
    """What every request goes through, outermost first."""
    return [
        Middleware(SecurityHeaders),
        Middleware(KnownClients),
        Middleware(AuditTrail),
        *traced_where_wanted(),
        Middleware(Stopping),
        Middleware(FitRequests),
        Middleware(HttpsInFront),
        Middleware(LedgerInDoubt),
        Middleware(HeadAsGet),
        Middleware(RatesByClient),
        Middleware(Bodies, sender=sender),
        Middleware(PlacesByClient),
        Middleware(SilentDatabase, lives=partial(gives_sign_of_life, AT_MOST)),
    ]


@asynccontextmanager
async def _settled(_app: FastAPI) -> AsyncIterator[None]:
    """What was loaded to serve stays for as long as the process does: no collection of garbage looks at it again.

    What the audit has counted is written before the process ends.
    """
    gc.collect()
    gc.freeze()
    yield
    await run_sync(write_counts)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What the paths of a template look like; made once: what is not there is compared with all."""
    return compile_path(template)[0]


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Unknown API paths are 404 in JSON, never the dashboard's page; a known path with another method is 405."""
    request = Request(scope, receive)
    allowed = {
        method.upper()
        for template, operations in scope["app"].openapi()["paths"].items()
        if _pattern(template).match(request.url.path)
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

"""Who may look: every page and every callback needs a signed-in person, unless released data is open to anyone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NoReturn
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Flask, Response, abort, g, jsonify, make_response, redirect, render_template, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from dashboard import theme
from dashboard.locale import DEFAULT, HTML_LANGUAGE, _, other_language, speaking
from dashboard.window.address import is_embedded
from dashboard.window.framed import FRAMED, signed_out_in_a_frame
from dashboard.window.outage import AWAY
from dashboard.window.plain_page import DATABASE_AWAY, asked_language, browser_of, field
from metrics.audit_acts import AuditAction
from metrics.commands.note_use import note_use
from metrics.commands.sessions import SignedIn, sign_out
from metrics.commands.sign_in import sign_in
from metrics.commands.sign_in_steps import MoreToShow, SignInRefused
from metrics.database import engine, read_session, write_session
from metrics.errors import Message, PlanMissing, TooMany, Unauthenticated
from metrics.identity_provider import is_set_up
from metrics.limits.body_sizes import LARGEST_DRAWING
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.plan.store import has_shown_plan, require_plan
from metrics.present_act import named, seen
from metrics.principal import Principal, Role
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.principals import principal_by_session
from metrics.same_site import is_from_own_page
from metrics.settings import settings

COOKIE = "biaochi_session"
STEP_COOKIE, STEP_PAGE = "biaochi_sign_in", "/sign-in/step"
_OPEN = ("/sign-in", "/sign-out", "/assets/", "/_dash-component-suites/")
_DRAWN_BY = ("url.pathname", "url.hash", "flat-grid.getRowsRequest")  # first inputs of callbacks that only read
_ASKED_BY_DASH = "/_dash-"  # by its script, which is answered in JSON
_OF_LINKS = ("/confirm", "/confirm/sheet", "/set-password")  # which ask for a link
_OPEN_EXACTLY = ("/_favicon.ico", *_OF_LINKS)
_FILES = ("/assets/", "/_dash-component-suites/", "/_favicon.ico")
_FOLLOWED = b'"changedPropIds":["recorded.data"]'


def install_access(server: Flask) -> None:
    """Guard every request of `server` and add signing in and out."""
    server.before_request(_guard)
    server.add_url_rule("/sign-in", "sign_in", _sign_in_page, methods=["GET"])
    server.add_url_rule("/sign-in", "sign_in_post", _sign_in, methods=["POST"])
    server.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])


def reader() -> Principal | None:
    """The person this request comes from; None for anyone while released data is open.

    Raises Unauthenticated, and whatever the database raised when the person was looked up.
    """
    if (failure := g.get("access_failure")) is not None:
        raise failure
    principal: Principal | None = g.get("principal")
    if principal is None and not settings().public_read:
        raise Unauthenticated(code="session_missing", message=Message("请先登录。", "Sign in first."))
    return principal


def _guard() -> AnyResponse | tuple[Response, int] | None:
    """Refuse what comes from another site, say it where no plan is loaded, and send strangers to the sign-in page.

    Nothing is read of the body before it is known whose session it comes with.
    """
    if request.method == "OPTIONS" or isinstance(request.routing_exception, MethodNotAllowed):
        return None  # which methods an address takes is no secret
    own = True if request.method in ("GET", "HEAD") else _is_from_own_page()
    unsaid = own is None and COOKIE in request.cookies
    if own is False or (unsaid and request.path != CALLBACKS):
        _refuse_cross_site()
    if FRAMED in request.headers and request.path == CALLBACKS and not _only_draws():
        _refuse_cross_site()  # whoever sees a page in a frame may be made to press what they do not see
    if (missing := _without_plan()) is not None:
        return missing
    if request.path.startswith(_OPEN) or request.path in _OPEN_EXACTLY:
        return None
    try:
        g.principal = _principal()
        seen(g.principal)
        request.environ["asgi.scope"].get("state", {})["principal"] = g.principal
        principal = reader()
        if unsaid and not _only_draws():
            _refuse_cross_site()
        if principal is not None and not _asks_by_itself():
            note_use(principal)
    except Unauthenticated as refused:
        if request.path.startswith(_ASKED_BY_DASH):
            named(AuditAction.LOOK, code=refused.code)
            return jsonify(code=refused.code, message=refused.message.as_dict()), 401
        if is_embedded(request.query_string.decode(errors="replace")):
            return signed_out_in_a_frame()
        return redirect("/sign-in?" + urlencode({"next": request.full_path.rstrip("?")}), 303)
    except AWAY as failure:
        g.access_failure = failure  # the page says it in its own place
        if unsaid and not _only_draws():
            _refuse_cross_site()
    return None


def _without_plan() -> Response | None:
    """What every page says while no plan is loaded: that, and how to load one. None as soon as there is one."""
    if request.path.startswith(_FILES) or has_shown_plan(engine()):
        return None
    try:
        with read_session() as session:
            require_plan(session)
    except PlanMissing as missing:
        if request.path == CALLBACKS:
            answer = jsonify(code=missing.code, message=missing.message.as_dict())
        else:
            answer = make_response(render_template("plan_missing.html", stylesheet=theme.stylesheet()))
        answer.status_code = 503
        answer.headers["Retry-After"] = "5"
        answer.headers["Cache-Control"] = "no-store"
        return answer
    except AWAY:
        return None  # whatever is asked for says so in its own place
    return None


def _principal() -> Principal | None:
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    with read_session() as session:
        try:
            return principal_by_session(session, secret)
        except Unauthenticated:
            if settings().public_read:
                return None
            raise


def _asks_by_itself() -> bool:
    """True for what an open page asks without its reader, which keeps no session from ending for want of use."""
    return request.path == "/newest" or (request.path == CALLBACKS and _FOLLOWED in request.get_data(cache=True))


def _is_from_own_page() -> bool | None:
    """Whether a page of this site sent the request; None if nobody says who did."""
    here = f"{request.scheme}://{request.headers.get('Host', '')}"
    return is_from_own_page(request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin"), own=here)


def _refuse_cross_site() -> NoReturn:
    """What another site sent; or what a session is to change something by, and nobody says who sent it."""
    named(AuditAction.LOOK, code="cross_site")
    abort(403)


def _only_draws() -> bool:
    """True for a callback by which a page is drawn; what its inputs say is held against it by callback_shape.py."""
    if (request.content_length or 0) > LARGEST_DRAWING:
        return False
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        return False
    inputs = body.get("inputs") if isinstance(body, dict) else None
    first = inputs[0] if isinstance(inputs, list) and inputs else None
    return isinstance(first, dict) and f"{first.get('id')}.{first.get('property')}" in _DRAWN_BY


def local_path(text: str | None) -> str:
    """`text` if it is a path of this site, else the overview."""
    plain = text or "/"
    split = urlsplit(plain) if plain.isprintable() else None
    here = split is not None and not split.scheme and not split.netloc
    if not here or not plain.startswith("/") or plain.startswith(("//", "/\\")) or "\\" in plain:
        return "/"
    return "/" if plain.startswith(("/sign-in", "/sign-out")) else plain


def first_page(principal: Principal, asked: str) -> str:
    """Where signing in leads: to the address asked for, or to the first page of a clerk's or a leader's own."""
    split = urlsplit(asked)
    asked_for_nothing = split.path == "/" and not split.fragment and dict(parse_qsl(split.query)).keys() <= {"lang"}
    own = {Role.CLERK: "/my", Role.LEADER: "/sign-off"}.get(principal.role)
    return urlunsplit(split._replace(path=own)) if asked_for_nothing and own is not None else asked


def _sign_in_page() -> Response:
    return _form(message=None, status=200)


def _sign_in() -> AnyResponse:
    named(AuditAction.SIGN_IN)
    browser = browser_of(request.cookies.get(COOKIE))
    try:
        answer = sign_in(field("username"), password=field("password"), browser=browser, now=datetime.now(UTC))
    except TooMany as refused:
        named(AuditAction.SIGN_IN, code=refused.code)
        response = _form(message=refused.message, status=429)
        response.headers["Retry-After"] = str(refused.retry_after)
        return response
    except AWAY:
        response = _form(message=DATABASE_AWAY, status=503)
        response.headers["Retry-After"] = "5"
        return response
    if isinstance(answer, SignInRefused):
        named(AuditAction.SIGN_IN, code=answer.code)
        return _form(message=answer.message, status=401)
    if isinstance(answer, MoreToShow):  # nobody is signed in yet: the last step is what the audit has
        named(AuditAction.LOOK)
    leading = redirect(onwards(answer, local_path(request.form.get("next"))), 303)
    return signed_in(answer, leading) if isinstance(answer, SignedIn) else to_step(answer, leading)


def onwards(answer: SignedIn | MoreToShow, asked: str) -> str:
    """The page that comes next: what was asked for, or what is to be shown before."""
    if isinstance(answer, SignedIn):
        return first_page(answer.principal, asked)
    return f"{STEP_PAGE}?" + urlencode({"lang": request.args.get("lang", DEFAULT), "next": asked})


def to_step(more: MoreToShow, response: AnyResponse) -> AnyResponse:
    """`response` with the cookie of the step; it is sent to that page alone."""
    response.set_cookie(
        STEP_COOKIE,
        more.secret,
        expires=more.expires_at,
        path=STEP_PAGE,
        httponly=True,
        samesite="Lax",
        secure=settings().secure_cookies,
    )
    return response


def signed_in(answer: SignedIn, response: AnyResponse) -> AnyResponse:
    """`response` with the cookie of the session."""
    response.set_cookie(
        COOKIE,
        answer.secret,
        expires=answer.expires_at,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=settings().secure_cookies,
    )
    if STEP_COOKIE in request.cookies:
        response.delete_cookie(
            STEP_COOKIE, path=STEP_PAGE, httponly=True, samesite="Lax", secure=settings().secure_cookies
        )
    return response


def _sign_out() -> AnyResponse:
    named(AuditAction.SIGN_OUT)
    secret = request.cookies.get(COOKIE)
    if secret:
        with write_session() as session:
            sign_out(session, secret)
    response = redirect("/sign-in", 303)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax", secure=settings().secure_cookies)
    return response


def _form(*, message: Message | None, status: int) -> Response:
    """The sign-in page; it needs no script."""
    language = asked_language()
    target = local_path(request.values.get("next"))
    with speaking(language):
        page = render_template(
            "sign_in.html",
            _=_,
            html_language=HTML_LANGUAGE[language],
            stylesheet=theme.stylesheet(),
            message=None if message is None else message.in_language(language),
            next=target,
            username=request.form.get("username", "")[:100],
            here="/sign-in?" + urlencode({"lang": language}),
            other="/sign-in?" + urlencode({"lang": other_language(), "next": target}),
            demonstration=_demonstration(),
            elsewhere="/sign-in/oidc?" + urlencode({"lang": language, "next": target}) if is_set_up(settings()) else "",
        )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _demonstration() -> bool:
    try:
        with read_session() as session:
            return is_demonstration_loaded(session)
    except AWAY:
        return False

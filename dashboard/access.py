"""Who may look: every page and every callback needs a signed-in person, unless released data is open to anyone."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Flask, Response, abort, g, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard import theme
from dashboard.away import AWAY
from dashboard.locale import DEFAULT, HTML_LANGUAGE, LANGUAGES, _, speaking
from metrics.commands.sign_in import SignedIn, SignInRefused, sign_in
from metrics.commands.sign_out import sign_out
from metrics.database import engine, read_session, write_session
from metrics.errors import Message, PlanMissing, TooMany, Unauthenticated
from metrics.plan.store import has_shown_plan, require_plan
from metrics.principal import Principal, Role
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.principals import principal_by_session
from metrics.settings import settings

COOKIE = "biaochi_session"
CALLBACKS = "/_dash-update-component"
_OPEN = ("/sign-in", "/sign-out", "/assets/", "/_dash-component-suites/", "/_dash-layout", "/_dash-dependencies")
_OPEN_EXACTLY = ("/_favicon.ico", "/_reload-hash", "/confirm", "/confirm/sheet")  # the last two ask for a link
_FILES = ("/assets/", "/_dash-component-suites/", "/_favicon.ico")
_LONGEST_FIELD = 1024


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
    """Refuse what comes from another site, say it where no plan is loaded, and send strangers to the sign-in page."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and not _from_here():
        abort(403)
    if (missing := _without_plan()) is not None:
        return missing
    if request.path.startswith(_OPEN) or request.path in _OPEN_EXACTLY:
        return None
    try:
        g.principal = _principal()
        reader()
    except Unauthenticated as refused:
        if request.path == CALLBACKS:
            return jsonify(code=refused.code, message=refused.message.as_dict()), 401
        return redirect("/sign-in?" + urlencode({"next": request.full_path.rstrip("?")}), 303)
    except AWAY as failure:
        g.access_failure = failure  # the page says it in its own place
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
            chosen = theme.theme_of(request.cookies.get("biaochi_theme")).value
            page = render_template("plan_missing.html", colour_scheme=chosen, stylesheet=theme.stylesheet())
            answer = make_response(page)
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


def _from_here() -> bool:
    """False if a browser says that another site sent this request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def local_path(text: str | None) -> str:
    """`text` if it is a path of this site, else the overview."""
    plain = text or "/"
    split = urlsplit(plain) if plain.isprintable() else None
    here = split is not None and not split.scheme and not split.netloc
    if not here or not plain.startswith("/") or plain.startswith(("//", "/\\")) or "\\" in plain:
        return "/"
    return "/" if plain.startswith(("/sign-in", "/sign-out")) else plain


def first_page(principal: Principal, asked: str) -> str:
    """Where signing in leads: to the address asked for, or to the first of the own pages of clerk and leader."""
    split = urlsplit(asked)
    asked_for_nothing = split.path == "/" and not split.fragment and dict(parse_qsl(split.query)).keys() <= {"lang"}
    own = {Role.CLERK: "/my", Role.LEADER: "/sign-off"}.get(principal.role)
    return urlunsplit(split._replace(path=own)) if asked_for_nothing and own is not None else asked


def _sign_in_page() -> Response:
    return _form(message=None, status=200)


def _sign_in() -> AnyResponse:
    username = request.form.get("username", "")[:_LONGEST_FIELD]
    password = request.form.get("password", "")[:_LONGEST_FIELD]
    try:
        with write_session() as session:
            answer = sign_in(
                session,
                username,
                password=password,
                address=request.remote_addr or "",
                now=datetime.now(UTC),
            )
    except TooMany as refused:
        response = _form(message=refused.message, status=429)
        response.headers["Retry-After"] = str(refused.retry_after)
        return response
    except AWAY:
        response = _form(
            message=Message("数据库暂时不可用,请稍后再试。", "The database is away; try again shortly."), status=503
        )
        response.headers["Retry-After"] = "5"
        return response
    if isinstance(answer, SignInRefused):
        return _form(message=answer.message, status=401)
    return _signed_in(answer)


def _signed_in(answer: SignedIn) -> AnyResponse:
    response = redirect(first_page(answer.principal, local_path(request.form.get("next"))), 303)
    response.set_cookie(
        COOKIE,
        answer.secret,
        expires=answer.expires_at,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=settings().secure_cookies,
    )
    return response


def _sign_out() -> AnyResponse:
    secret = request.cookies.get(COOKIE)
    if secret:
        with write_session() as session:
            sign_out(session, secret)
    response = redirect("/sign-in", 303)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax", secure=settings().secure_cookies)
    return response


def _form(*, message: Message | None, status: int) -> Response:
    """The sign-in page; it needs no script."""
    language = request.args.get("lang", DEFAULT)
    language = language if language in LANGUAGES else DEFAULT
    target = local_path(request.values.get("next"))
    other = "zh" if language == "en" else "en"
    with speaking(language):
        page = render_template(
            "sign_in.html",
            _=_,
            html_language=HTML_LANGUAGE[language],
            colour_scheme=theme.theme_of(request.cookies.get("biaochi_theme")).value,
            stylesheet=theme.stylesheet(),
            message=None if message is None else message.as_dict()[language],
            next=target,
            username=request.form.get("username", "")[:100],
            here="/sign-in?" + urlencode({"lang": language}),
            other="/sign-in?" + urlencode({"lang": other, "next": target}),
            demonstration=_demonstration(),
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

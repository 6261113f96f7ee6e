"""Pages that the server draws whole, without Dash: for who is not signed in yet, and for what no script is to hold."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, make_response, render_template, request

from dashboard import theme
from dashboard.locale import DEFAULT, HTML_LANGUAGE, LANGUAGES, _, language, other_language
from metrics.addresses import client_address
from metrics.commands.sessions import Browser
from metrics.errors import BiaochiError, Message

LONGEST_FIELD = 1024
DATABASE_AWAY = Message("数据库暂时不可用,请稍后再试。", "The database is away; try again shortly.")


def asked_language() -> str:
    """The language that the address names; where it names none, that of the page to which it leads afterwards."""
    later = dict(parse_qsl(request.args.get("next", "").partition("?")[2]))
    chosen = request.args.get("lang", later.get("lang"))
    return chosen if chosen in LANGUAGES else DEFAULT


def field(name: str) -> str:
    """What the form has under `name`, never more than a kilobyte of it."""
    return request.form.get(name, "")[:LONGEST_FIELD]


def browser_of(secret: str | None) -> Browser:
    """Who is at the other end; `secret`: of the session that its cookie names."""
    return Browser(client_address(request.environ["asgi.scope"]), request.headers.get("User-Agent", ""), secret)


def sentences(refused: BiaochiError) -> str:
    """What is wrong, place by place where there are places."""
    words = [problem.message for problem in refused.problems] or [refused.message]
    return " ".join(dict.fromkeys(message.in_language(language()) for message in words))


def plain_page(
    template: str,
    *,
    title: str,
    status: int = 200,
    message: str | None = None,
    done: bool = False,
    wide: bool = False,
    kept: dict[str, str] | None = None,
    retry_after: int | None = None,
    **values: Any,
) -> Response:
    """The page in the language being spoken. `kept`: what its address keeps beside the language."""
    page = render_template(
        template,
        _=_,
        title=title,
        message=message,
        done=done,
        wide=wide,
        html_language=HTML_LANGUAGE[language()],
        stylesheet=theme.stylesheet(),
        here=f"{request.path}?" + urlencode({"lang": language(), **(kept or {})}),
        other=f"{request.path}?" + urlencode({"lang": other_language(), **(kept or {})})
        if request.method == "GET"
        else None,
        **values,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response

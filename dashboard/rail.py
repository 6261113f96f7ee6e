"""The rail at the left of every page: the pages there are for whoever looks."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.locale import _
from dashboard.place import Place
from metrics.principal import Action, Principal, Role

Component = Any
_DESK = ("/my", "/collect", "/sign-off")  # pages that know no other time than now


def is_clerk(principal: Principal | None) -> bool:
    return principal is not None and principal.role is Role.CLERK


def rail_items(principal: Principal | None) -> tuple[tuple[str, str, str], ...]:
    """The rail: (path, icon, word). A page gets its place here when it exists, for those who may use it."""
    posts = principal is not None and principal.may(Action.POST_RETURN)
    reviews = principal is not None and principal.may_look_at_review
    collect = [("/collect", "collect", _("Collect"))] if posts else []
    clerk = is_clerk(principal)
    signs = principal is not None and principal.role is Role.LEADER
    return (
        *([("/my", "my", _("My months")), *collect] if clerk else []),
        *([("/sign-off", "sign-off", _("Sign-off"))] if signs else []),
        ("/", "overview", _("Overview")),
        *([("/review", "review", _("Review"))] if reviews else []),
        *([] if clerk else collect),
        ("/targets", "targets", _("Targets")),
        ("/units", "units", _("Units")),
        ("/tasks", "tasks", _("Tasks")),
        ("/leaderboard", "leaderboard", _("Leaderboard")),
        ("/releases", "releases", _("Releases")),
        *([] if principal is None else [("/data", "data", _("Data"))]),
        *([("/assess", "assess", _("Assess"))] if principal is not None else []),
    )


def _rail_link(place: Place, path: str, name: str, word: str) -> Component:
    here = place.path == path or (path != "/" and place.path.startswith(path + "/"))
    inside = [
        html.Span(className=f"icon icon-{name}", **{"aria-hidden": "true"}),
        html.Span(word, className="word"),
    ]
    href = place.at_desk(path) if path in _DESK else place.to(path)
    return dcc.Link(inside, href=href, className="rail-link here" if here else "rail-link", title=word)


def rail(place: Place, principal: Principal | None) -> Component:
    """The main navigation."""
    return html.Nav(
        [
            dcc.Link(
                [
                    html.Span(className="logo", **{"aria-hidden": "true"}),
                    html.Span("标尺", className="word wordmark", lang="zh-CN"),
                ],
                href=place.at_desk("/my") if is_clerk(principal) else place.to("/"),
                className="rail-logo",
                title="Biaochi 标尺",
            ),
            html.Ul([html.Li(_rail_link(place, *item)) for item in rail_items(principal)]),
            html.Button(
                [
                    html.Span(className="icon icon-fold", **{"aria-hidden": "true"}),
                    html.Span(_("Fold"), className="word"),
                ],
                type="button",
                className="rail-fold",
                title=_("Fold or unfold the rail"),
                **{"data-does": "fold"},
            ),
        ],
        className="rail",
        **{"aria-label": _("Main navigation")},
    )

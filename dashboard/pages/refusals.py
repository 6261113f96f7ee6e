"""Pages that say no: nothing is there, or it is not for this reader, or not at this time; each leads on."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from dash import dcc, html

from dashboard.locale import _
from dashboard.parts import empty
from dashboard.window.content import Content
from dashboard.window.reading import Reading


def not_found(reading: Reading, *, what: str = "") -> Content:
    """404: `what` names the thing that does not exist, if a page looked for one."""
    title = what or _("There is no page at this address")
    body = html.Div(
        [
            html.Div(html.H1(title), className="page-head"),
            empty(
                _("There is nothing at {path}", path=reading.address.path[:120]),
                _("The address may be misspelt, or what it names did not exist yet at the moment you are looking at."),
                dcc.Link(_("Go to the overview"), href=reading.address.to("/")),
            ),
        ]
    )
    return Content(title=title, body=body, found=False)


def sign_in_first(reading: Reading) -> Content:
    """The way to the sign-in page, and back here afterwards."""
    title = _("Sign in to see this page")
    href = "/sign-in?" + urlencode({"next": reading.address.href()})
    body = html.Div([html.H1(title), html.P(html.A(_("Sign in"), href=href, className="button"))], className="failed")
    return Content(title=title, body=body, found=False)


def blind_page(reading: Reading) -> Content:
    """The way to the page on which own figures are recorded."""
    title = _("Reported figures are hidden from you until you have recorded your own")
    body = html.Div(
        [
            html.H1(title),
            html.P(_("Assessment is blind: each reported value appears beside yours once yours is recorded.")),
            html.P(dcc.Link(_("Go to the assessments"), href=reading.address.to("/assess"), className="button")),
        ],
        className="failed",
    )
    return Content(title=title, body=body, found=False)


def not_for_you(reading: Reading) -> Content:
    """The review's page for those who neither review nor evaluate."""
    title = _("Review is for the city bureau")
    links = [dcc.Link(_("Overview"), href=reading.address.to("/"))]
    if reading.principal is not None:
        units = sorted(reading.principal.units & reading.plan.unit_by_code.keys())
        links += [
            dcc.Link(_("What became of your submissions"), href=reading.address.to(f"/units/{code}")) for code in units
        ]
    body = html.Div(
        [
            html.Span(className="failed-rod", **{"aria-hidden": "true"}),
            html.H1(title),
            html.P(_("Reviewers verify the units' submissions or send them back here; evaluators can view them.")),
            html.P(_("A submission that was sent back carries its reason on the unit's page.")),
            html.P(links, className="owing"),
        ],
        className="failed",
    )
    return Content(title=title, body=body, found=False)


def not_now(reading: Reading) -> Content:
    """The review has no past: what is verified is the present."""
    title = _("Submissions are reviewed as they stand now")
    link = dcc.Link(_("Show them as they stand now"), href=replace(reading.address, as_of=None, release=None).href())
    body = html.Div(
        [
            html.Span(className="failed-rod", **{"aria-hidden": "true"}),
            html.H1(title),
            html.P(_("The other pages show what was known earlier; a submission's own history is on its page.")),
            html.P(link),
        ],
        className="failed",
    )
    return Content(title=title, body=body, found=False)


def for_reviewers(reading: Reading) -> Content:
    """What everybody else is told where slips are issued."""
    title = _("Slips are issued by the reviewers of the bureau")
    way = html.P(dcc.Link(_("All slips"), href=reading.address.to("/supervise/slips"), className="button"))
    return Content(title=title, body=html.Div([html.H1(title), way], className="failed"), found=False)


def for_evaluators(reading: Reading, code: str) -> Content:
    """What everybody else is told where the target `code` is revised."""
    title = _("Targets are revised by evaluators")
    way = html.P(dcc.Link(_("The target"), href=reading.address.to(f"/targets/{code}"), className="button"))
    return Content(title=title, body=html.Div([html.H1(title), way], className="failed"), found=False)


def for_administrators(reading: Reading) -> Content:
    """What everybody else is told at the addresses of the administration."""
    title = _("Administration is for administrators")
    way = html.P(dcc.Link(_("Go to the overview"), href=reading.address.to("/"), className="button"))
    return Content(title=title, body=html.Div([html.H1(title), way], className="failed"), found=False)

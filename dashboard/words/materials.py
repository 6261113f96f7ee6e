"""Monthly material in words and signs: how it stands, and whether it came in time."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import html

from dashboard.locale import _, date_text, instant_text, language, ngettext
from dashboard.window.reading import Reading
from dashboard.words.notices import mark
from metrics.queries.materials import BodyMaterial
from metrics.sign_offs import How
from metrics.submission_states import FACTS, State
from metrics.supervision.bodies import Body, bodies
from metrics.supervision.materials import MaterialAct, MaterialStanding, MaterialStatus

Component = Any


def body_label(body: Body) -> str:
    """The name of a unit or department."""
    return body.name.in_language(language())


def body_named(reading: Reading, code: str) -> Body | None:
    """The unit or department of that code, None if the plan names none."""
    return bodies(reading.plan).get(code)


def material_word(status: MaterialStatus) -> str:
    return {
        MaterialStatus.NOT_DUE: _("Not due yet"),
        MaterialStatus.MISSING: _("Missing"),
        MaterialStatus.SENT: _("Sent"),
        MaterialStatus.SEEN: _("Seen by the head"),
        MaterialStatus.SIGNED: _("Signed"),
    }[status]


_SIGNS = {
    MaterialStatus.NOT_DUE: FACTS[State.NOT_REPORTED].sign,
    MaterialStatus.MISSING: "submission-late",
    MaterialStatus.SENT: FACTS[State.SUBMITTED].sign,
    MaterialStatus.SEEN: FACTS[State.SUBMITTED].sign,
    MaterialStatus.SIGNED: FACTS[State.VERIFIED].sign,
}


def material_mark(status: MaterialStatus) -> Component:
    """Sign and word."""
    return mark(_SIGNS[status], material_word(status))


def lateness_words(standing: MaterialStanding) -> str:
    """In time, or how late; empty while it is not due."""
    if standing.on_time is None:
        return ""
    if standing.on_time:
        return _("on time")
    days = standing.days_late or 0
    if standing.status is MaterialStatus.MISSING:
        return ngettext("overdue by {n} day", "overdue by {n} days", days)
    return ngettext("{n} day late", "{n} days late", days)


def seen_words(act: MaterialAct | None) -> str:
    """Who has seen it as head of the unit, and on which day."""
    if act is None:
        return _("not recorded as seen by the head")
    who = f"{act.detail['head']} {act.detail['title']}".strip()
    return _("; ").join([who, date_text(date.fromisoformat(act.detail["seen_on"]))])


def signature_words(reading: Reading, act: MaterialAct | None) -> str:
    """Who signed it as leader in charge, how and when."""
    if act is None:
        return _("not signed off")
    how = {
        How.LINK: _("signed with the link sent to the leader's own address"),
        How.ACCOUNT: _("signed with the leader's own account {who}", who=act.actor),
        How.PAPER: _("signed on paper (recorded by reviewer {who})", who=reading.names([act.actor])[act.actor]),
    }[How(act.detail["how"])]
    who = f"{act.detail['leader']} {act.detail['title']}".strip()
    parts = [who, how, instant_text(act.recorded_at, timezone=reading.timezone), act.detail["note"]]
    return _("; ").join(part for part in parts if part)


def standing_cell(row: BodyMaterial) -> Component:
    """Sign, word and lateness."""
    late = lateness_words(row.standing)
    return html.Span(
        [material_mark(row.standing.status), *([html.Span(late, className="note")] if late else [])],
        className="notices",
    )

"""The release calendar on `/releases`: announced days, every change with its reason, and the forms of evaluators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.acts.announcements import NOT_ANNOUNCED
from dashboard.acts.forms import asking_form, folded, press, reason_field
from dashboard.locale import _, date_text, instant_text, language, ngettext
from dashboard.parts import csv_link, empty, plain_table, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from dashboard.words.notices import mark
from metrics.announcements import Announced, Announcement, AnnouncementAct, AnnouncementState
from metrics.in_print import in_print
from metrics.principal import Scope
from metrics.publish.codelists import fixed_codelists
from metrics.queries.announcements import announcements
from metrics.queries.slips import day_of_view

Component = Any
_MOST_OVER = 12  # published or withdrawn ones that the page shows; all are in the file
_SIGNS = {
    AnnouncementState.AHEAD: "sign-on-track",
    AnnouncementState.PASSED: "sign-overdue",
    AnnouncementState.PUBLISHED: "sign-met",
    AnnouncementState.WITHDRAWN: "sign-not-applicable",
}


def release_calendar(reading: Reading) -> Component:
    """What is to be published and when: open ones first, then what is over, the newest first."""
    today, found = _today(reading), _known(reading)
    may = _may_announce(reading)
    opened = [one for one in found if one.is_open]
    over = [one for one in reversed(found) if not one.is_open]
    shown = [*opened, *over[:_MOST_OVER]]
    headings = [_("What"), _("Announced for"), _("Present state"), _("Notes on the day")]
    rows = [_row(reading, one, today, may=may) for one in shown]
    table = scrolled(plain_table(_("Release calendar"), headings, rows, labelled=True), name="texts as-cards")
    return section(
        _("Release calendar"),
        _summary(opened, today) if found else None,
        table if shown else _none(),
        _left_out(len(over) - _MOST_OVER),
        _announce_form() if may else None,
        html.P([_("To subscribe to in a calendar (iCalendar):"), " ", _subscription()], className="note"),
        aside=csv_link(reading.address.csv("announcements")),
        name="release-calendar",
    )


def announced_choice(reading: Reading) -> list[Component]:
    """In the form that publishes: which announcement the release keeps; nothing while none is open. None is chosen."""
    opened = [one for one in _known(reading) if one.is_open and one.what is Announced.RELEASE]
    if not opened:
        return []
    options = [
        html.Option(_("Choose"), value=""),
        *[html.Option(f"{one.name.in_language(language())} · {one.due_on}", value=str(one.seq)) for one in opened],
        html.Option(_("None: it was not announced"), value=NOT_ANNOUNCED),
    ]
    return [
        html.Label(_("Announced as"), htmlFor="release-announced"),
        html.Select(options, name="announced", id="release-announced", required=True, className="entry"),
    ]


def _known(reading: Reading) -> tuple[Announcement, ...]:
    """As known in the reading; like releases they are told to everybody who looks at the present."""
    until = None if reading.address.present else reading.view.seq
    return announcements(reading.session, timezone=reading.timezone, until=until)


def _today(reading: Reading) -> date:
    if reading.address.present:
        return datetime.now(ZoneInfo(reading.timezone)).date()
    return day_of_view(reading.view)


def _may_announce(reading: Reading) -> bool:
    return reading.address.present and reading.principal is not None and reading.principal.may(Scope.REVISE_TARGET)


def _summary(opened: list[Announcement], today: date) -> Component:
    passed = sum(one.state(today) is AnnouncementState.PASSED for one in opened)
    ahead = next((one for one in opened if one.state(today) is AnnouncementState.AHEAD), None)
    said = []
    if passed:
        words = ngettext(
            "{n} announced day has passed without publication",
            "{n} announced days have passed without publication",
            passed,
        )
        said.append(mark("sign-overdue", words))
    if ahead is not None:
        what = ahead.name.in_language(language())
        said.append(html.Span(_("Next: {what}, {date}", what=what, date=date_text(ahead.due_on))))
    return html.P(said, className="calendar-next") if said else None


def _row(reading: Reading, one: Announcement, today: date, *, may: bool) -> list[Component]:
    name = html.Span(one.name.in_language(language()), lang="zh-CN" if one.what is Announced.RELEASE else None)
    acts = html.Ol([_act(reading, act) for act in one.acts], className="calendar-acts")
    forms = _forms(one) if may and one.is_open else []
    return [name, date_text(one.due_on), _standing(reading, one, today), [acts, *forms]]


def _standing(reading: Reading, one: Announcement, today: date) -> Component:
    state, late = one.state(today), one.days_late(today)
    words = {code.code: code.name.in_language(language()) for code in fixed_codelists()["announcement_states"].codes}
    word = words[state.value]
    inside = [mark(_SIGNS[state], word[:1].upper() + word[1:])]
    if state is AnnouncementState.PASSED and late is not None:
        inside.append(html.Span(ngettext("{n} day ago", "{n} days ago", late), className="note"))
    if one.published is not None and late is not None:
        inside += [html.Span(_lateness(late), className="note"), _link(reading, one)]
    return html.Div(inside, className="calendar-standing")


def _lateness(late: int) -> str:
    if late > 0:
        return ngettext("{n} day late", "{n} days late", late)
    if late < 0:
        return ngettext("{n} day early", "{n} days early", -late)
    return _("on the day announced")


def _link(reading: Reading, one: Announcement) -> Component:
    if one.published is None:
        return NOTHING
    if one.what is Announced.BULLETIN:
        day = date_text(one.published.on)
        return html.Span(day) if reading.principal is None else dcc.Link(day, href=reading.address.to("/bulletins"))
    number = one.published.number
    named = _("Release {number}", number=number) + " · " + date_text(one.published.on)
    return dcc.Link(named, href=reading.address.to(f"/releases/{number}"))


def _act(reading: Reading, act: AnnouncementAct) -> Component:
    said, entry = in_print(act.said.in_language(language())), _("no. {seq}", seq=act.seq)
    when = instant_text(act.recorded_at, timezone=reading.timezone) + " · " + entry
    told = [html.Span(said[:1].upper() + said[1:]), " ", html.Span(when, className="note")]
    return html.Li([*told, *([html.Q(act.reason, lang="zh-CN")] if act.reason else [])])


def _forms(one: Announcement) -> list[Component]:
    fields = {"number": str(one.seq)}
    moved = asking_form(
        "calendar.move",
        *_entry(f"move-{one.seq}-day", "due_on", _("New day"), placeholder="2019-10-15", required=True),
        *reason_field(f"move-{one.seq}", _("Reason")),
        press(_("Move the day")),
        fields=fields,
    )
    withdrawn = asking_form(
        "calendar.withdraw",
        *reason_field(f"withdraw-{one.seq}", _("Reason")),
        press(_("Withdraw the announcement")),
        fields=fields,
    )
    return [folded(_("Move the day"), moved), folded(_("Withdraw the announcement"), withdrawn)]


def _announce_form() -> Component:
    words = {Announced.RELEASE: _("A release"), Announced.BULLETIN: _("A month's bulletin")}
    options = [html.Option(word, value=what.value) for what, word in words.items()]
    form = asking_form(
        "calendar.announce",
        html.Label(_("What"), htmlFor="announce-what"),
        html.Select(options, name="what", id="announce-what", className="entry"),
        *_entry("announce-title", "title", _("Title (a release needs one)"), maxLength=200),
        *_entry("announce-period", "period", _("Month it is about (a bulletin needs one)"), placeholder="2019-09"),
        *_entry("announce-day", "due_on", _("Day"), placeholder="2019-10-12", required=True),
        press(_("Announce"), main=True),
    )
    return folded(_("Announce a day of publication"), form)


def _entry(identity: str, name: str, label: str, **properties: Any) -> list[Component]:
    entry = dcc.Input(id=identity, name=name, type="text", className="entry", autoComplete="off", **properties)
    return [html.Label(label, htmlFor=identity), entry]


def _left_out(count: int) -> Component:
    if count <= 0:
        return None
    words = ngettext("{n} earlier announcement is in the file", "{n} earlier announcements are in the file", count)
    return html.P(words, className="note")


def _subscription() -> Component:
    return html.A("announcements.ics", href=f"/api/v1/announcements.ics?lang={language()}", className="quiet-link")


def _none() -> Component:
    return empty(
        _("No day of publication has been announced"),
        _("An evaluator announces on which day a release or bulletin will be out; later changes keep their reason."),
    )

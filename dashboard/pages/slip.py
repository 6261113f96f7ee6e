"""The page of one slip: what was asked, how it stands, who owes what, which acts are possible, and all that were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.acts.attaching import attach_field
from dashboard.acts.forms import asking_form, folded, press
from dashboard.grids.evidence import evidence
from dashboard.locale import _, date_text, instant_text, pgettext
from dashboard.pages.slips import about_words, month_field
from dashboard.parts import csv_link, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, unit_name
from dashboard.words.slips import act_word, done_word, due_words, number_word, state_mark
from metrics.principal import Principal, Scope
from metrics.queries.slips import SlipActRow, SlipRow, day_of_view, slip_in_view
from metrics.supervision.slip_steps import Duty, Party, Step, open_duties, possible_steps
from metrics.supervision.slips import BUREAU_ACTS, LONGEST_TEXT, SlipAct, SlipPart

Component = Any
_DATED = {SlipAct.ASK_EXTENSION, SlipAct.GRANT_EXTENSION, SlipAct.RETURN, SlipAct.DELEGATE}
_NEEDS_WORDS = {
    SlipAct.ANSWER,
    SlipAct.DELEGATE,
    SlipAct.ASK_EXTENSION,
    SlipAct.REFUSE_EXTENSION,
    SlipAct.RETURN,
    SlipAct.WITHDRAW,
}


def slip_page(reading: Reading, number: str) -> Content:
    """The page at `/supervise/slips/{number}`. Raises NotFound for a slip that is not the reader's to see."""
    row, on = slip_in_view(reading.session, reading.view, number), day_of_view(reading.view)
    title = number_word(number) + _(": ") + row.title
    back = html.P(dcc.Link(_("All slips"), href=reading.address.to("/supervise/slips")), className="note screen-only")
    main = [
        section(
            _("What is asked for"),
            html.P(row.text, lang="zh-CN", className="given-reason"),
            html.P(_handed_on(reading, row), className="note") if row.stands.handed_on else None,
            _facts(reading, row, on),
        ),
        *([_parts(reading, row)] if row.stands.parts else []),
        _history(reading, row),
    ]
    body = html.Div(
        [
            page_head(title, reading, back, dated=False),
            html.Div(
                [html.Div(main), html.Div(_side(reading, row, on), className="review-side")], className="review-columns"
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body)


def _handed_on(reading: Reading, row: SlipRow) -> str:
    unit = unit_name(reading.plan.unit_by_code[row.unit])
    return _("{unit} has handed the items under Parts on to you; state and days are those of your parts.", unit=unit)


def _facts(reading: Reading, row: SlipRow, on: date) -> Component:
    about = about_words(
        reading,
        row.origin,
        target=row.target,
        task="" if row.task is None else str(row.task),
        period=month_field(row.period),
        finding=row.finding,
    )
    facts = [
        (_("Unit"), unit_name(reading.plan.unit_by_code[row.unit])),
        (pgettext("matter", "State"), state_mark(row.stands, on=on)),
        (_("Issued"), date_text(row.stands.issued_on)),
        (_("Due by"), due_words(row.stands, on=on)),
        (_("Issued for"), about),
    ]
    return html.Dl([html.Div([html.Dt(word), html.Dd(value)]) for word, value in facts], className="period-strip")


def _side(reading: Reading, row: SlipRow, on: date) -> list[Component]:
    """Who owes what, and the forms for what the reader may do now."""
    owed = [html.Li(_duty(reading, row, duty)) for duty in open_duties(row.stands)]
    told = html.Ul(owed, className="warnings") if owed else html.P(_("Nothing more is owed."), className="note")
    found = [section(_("What is owed"), told)]
    steps = steps_of(reading, row, on=on)
    forms = [
        _form(reading, row, step, on=on, first=place == 0 and step[0] is not SlipAct.WITHDRAW)
        for place, step in enumerate(steps)
    ]
    if forms:
        found.append(html.Section([html.H2(_("Act on the slip")), *forms], className="decide"))
    return found


def _duty(reading: Reading, row: SlipRow, duty: Duty) -> str:
    if duty.party is Party.BUREAU:
        who = _("The bureau")
    else:
        part = row.stands.part(duty.part) if duty.part is not None else None
        who = unit_name(reading.plan.unit_by_code[row.unit if part is None else part.to_unit])
    decided = {SlipAct.GRANT_EXTENSION: _("Decide on the extension"), SlipAct.REVIEW: _("Review the answer")}
    what = decided.get(duty.act) or act_word(duty.act)
    if duty.part is not None:
        what = _("{act} (part {n})", act=what, n=duty.part)
    said = who + _(": ") + what
    return said if duty.due_on is None else _("{what}, by {date}", what=said, date=date_text(duty.due_on))


def steps_of(reading: Reading, row: SlipRow, *, on: date) -> tuple[Step, ...]:
    """What the reader may do with the slip now; nothing where an earlier moment is shown."""
    principal = reading.principal
    if principal is None or not reading.address.present:
        return ()
    if principal.may(Scope.SUPERVISE):
        return possible_steps(row.stands, Party.BUREAU, on=on)
    if not principal.may(Scope.ANSWER_SLIP):
        return ()
    if row.unit in principal.units:
        return possible_steps(row.stands, Party.UNIT, on=on) + _of_parts(row, principal, on=on)
    return _of_parts(row, principal, on=on)


def _of_parts(row: SlipRow, principal: Principal, *, on: date) -> tuple[Step, ...]:
    others = sorted(principal.units - {row.unit})
    return tuple(step for unit in others for step in possible_steps(row.stands, Party.PART, on=on, unit=unit))


def _form(reading: Reading, row: SlipRow, step: Step, *, on: date, first: bool) -> Component:
    """The form of one act, folded behind its name; of the first, open."""
    act, part = step
    name = f"{act.value}-{part or 0}"
    fields = {
        "slip": row.number,
        "act": act.value,
        "part": "" if part is None else str(part),
        "seen": row.etag.strip('"'),
    }
    inside = [*_handed_to(reading, row, name)] if act is SlipAct.DELEGATE else []
    if act in _DATED:
        inside += _day(act, row, name)
    inside += _words(act, name)
    if act is SlipAct.ANSWER:
        inside += _entry("evidence", name, _("Address of the evidence"), placeholder="https://", maxLength=2000)
        inside.append(attach_field(reading, _answering(reading, row, part)))
    word = act_word(act) if part is None else _("{act} (part {n})", act=act_word(act), n=part)
    do = "slip.decide" if act in BUREAU_ACTS else "slip.answer"
    return folded(word, asking_form(do, *inside, press(word, main=first), fields=fields), opened=first)


def _answering(reading: Reading, row: SlipRow, number: int | None) -> str:
    """The unit that answers, whose files the answer carries: the slip's own, else the one with the part."""
    part = None if number is None else row.stands.part(number)
    own = reading.principal is not None and row.unit in reading.principal.units
    return row.unit if part is None or own else part.to_unit


def _words(act: SlipAct, name: str) -> list[Component]:
    needed = act in _NEEDS_WORDS
    label = {
        SlipAct.ANSWER: pgettext("slip", "What was done"),
        SlipAct.DELEGATE: _("What is asked of them"),
        SlipAct.ASK_EXTENSION: _("Why more time is needed"),
        SlipAct.RETURN: _("What is still to be done"),
    }.get(act, _("Reason") if needed else _("Remark (optional)"))
    identity = f"slip-text-{name}"
    entry = html.Textarea(name="text", id=identity, required=needed, maxLength=LONGEST_TEXT, rows=3, className="entry")
    return [html.Label(label, htmlFor=identity), entry]


def _day(act: SlipAct, row: SlipRow, name: str) -> list[Component]:
    label, value = {
        SlipAct.ASK_EXTENSION: (_("Until"), ""),
        SlipAct.GRANT_EXTENSION: (_("Until"), _iso(row.stands.asked_until)),
        SlipAct.RETURN: (_("Due by (empty: as before)"), ""),
        SlipAct.DELEGATE: (_("Due by (empty: with the slip)"), ""),
    }[act]
    needed = act in (SlipAct.ASK_EXTENSION, SlipAct.GRANT_EXTENSION)
    day = {
        "placeholder": "2019-10-31",
        "maxLength": 10,
        "required": needed,
    }
    return _entry("due_on", name, label, value=value, **day)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _handed_to(reading: Reading, row: SlipRow, name: str) -> list[Component]:
    others = [unit for unit in reading.plan.reporting_units if unit.code != row.unit]
    options = [html.Option(_("Someone else, named below"), value="")]
    options += [html.Option(unit_name(unit), value=unit.code) for unit in others]
    identity = f"slip-to_unit-{name}"
    return [
        html.Label(_("Handed to"), htmlFor=identity),
        html.Select(options, name="to_unit", id=identity, className="entry"),
        *_entry("to_name", name, _("Name, if not a unit listed here"), maxLength=60),
    ]


def _entry(field: str, name: str, label: str, **properties: Any) -> list[Component]:
    identity = f"slip-{field}-{name}"
    entry = dcc.Input(id=identity, name=field, type="text", className="entry", autoComplete="off", **properties)
    return [html.Label(label, htmlFor=identity), entry]


def _parts(reading: Reading, row: SlipRow) -> Component:
    handed = {act.part: act for act in row.acts if act.act is SlipAct.DELEGATE}
    lines = [_part(reading, part, handed[part.number]) for part in row.stands.parts]
    headings = [_("Part"), _("Handed to"), _("What is asked of them"), _("Due by"), pgettext("matter", "State")]
    return section(_("Parts"), scrolled(plain_table(_("Parts"), headings, lines, labelled=True), name="texts as-cards"))


def _part(reading: Reading, part: SlipPart, handed: SlipActRow) -> list[Component]:
    to = unit_name(reading.plan.unit_by_code[part.to_unit]) if part.to_unit else handed.to_name
    if part.answered_on is not None:
        state = _("Answered on {date}", date=date_text(part.answered_on))
    elif part.received_on is not None:
        state = _("Receipt signed on {date}", date=date_text(part.received_on))
    else:
        state = _("Receipt not signed") if part.to_unit else _("Not answered")
    return [str(part.number), to, html.Span(handed.text, lang="zh-CN"), date_text(part.due_on), state]


def _history(reading: Reading, row: SlipRow) -> Component:
    names = reading.names({act.actor for act in row.acts})
    items = [html.Li(_act(reading, act, names[act.actor])) for act in reversed(row.acts)]
    csv = csv_link(reading.address.csv("slip_acts", unit=row.unit))
    return section(_("What was done about it"), html.Ol(items, className="history"), aside=csv)


def _act(reading: Reading, act: SlipActRow, who: str) -> Sequence[Component]:
    word = done_word(act.act) if act.part is None else _("{act} (part {n})", act=done_word(act.act), n=act.part)
    moment = instant_text(act.recorded_at, timezone=reading.timezone)
    place = _("no. {seq}", seq=act.seq)
    day = [] if act.due_on is None else [html.P(_day_words(act.act, act.due_on))]
    said = [html.P(act.text, lang="zh-CN")] if act.text and act.act is not SlipAct.ISSUE else []
    shown = evidence(reading, act.evidence, act.attachments)
    return [
        html.P([html.B(word), html.Span(f" {who or NOTHING} · {moment} · {place}", className="note")]),
        *day,
        *said,
        *([] if shown == NOTHING else [html.Div(shown)]),
    ]


def _day_words(act: SlipAct, day: date) -> str:
    """The day that an act sets or asks for."""
    if act in (SlipAct.ASK_EXTENSION, SlipAct.GRANT_EXTENSION):
        return _("Until {date}", date=date_text(day))
    return _("due {date}", date=date_text(day))

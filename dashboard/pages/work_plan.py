"""The page at `/work-plans/{unit}/{year}`: a unit's work plan for a year and the money for it, with their forms."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.acts.attaching import attach_field
from dashboard.acts.forms import asking_form, folded, press
from dashboard.grids.evidence import evidence
from dashboard.locale import _, date_text, instant_text, language, pgettext
from dashboard.pages.refusals import not_found
from dashboard.parts import csv_link, empty, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from dashboard.words.materials import body_label, body_named
from metrics.forms import plain
from metrics.queries.work_plans import FundingRow, WorkPlanRow, fundings, work_plans
from metrics.supervision.bodies import Body
from metrics.supervision.work_plans import LONGEST_SUMMARY, FundingSource

Component = Any
_LONGEST = 20_000  # characters of all measures together


def work_plan_page(reading: Reading, unit: str, year: str) -> Content:
    """What the unit means to do in the year, by its own days, and what money it has for it."""
    body, principal = body_named(reading, unit), reading.principal
    if body is None or principal is None or not principal.may_see_submissions_of(unit):
        return not_found(reading, what=_("There is no such work plan"))
    seq = reading.view.seq
    plan = next(iter(work_plans(reading.session, seq=seq, units=[unit], year=int(year))), None)
    money = fundings(reading.session, seq=seq, units=[unit], year=int(year))
    title = _("Work plan of {unit}, {year}", unit=body_label(body), year=year)
    writes = reading.view.is_now and principal.may_post_for(unit)
    parts = [
        html.Div([html.H1(title), _ways(reading, body, int(year), plan)], className="page-head"),
        _measures(reading, body, int(year), plan),
        _plan_form(reading, body, int(year), plan) if writes else None,
        _money(reading, money),
        *([_money_form(body, int(year), source, money) for source in FundingSource] if writes else []),
    ]
    return Content(title=title, body=html.Div(parts, className="review"), desk=writes)


def _ways(reading: Reading, body: Body, year: int, plan: WorkPlanRow | None) -> Component:
    """The years before and after, the list of material, and which revision it is."""
    said = []
    if plan is not None:
        moment = instant_text(plan.recorded_at, timezone=reading.timezone)
        said = [html.Span(_("revision {n}", n=plan.revision)), html.Span(moment)]
    links = [
        dcc.Link(str(other), href=reading.address.to(f"/work-plans/{body.code}/{other}"), className="quiet-link")
        for other in (year - 1, year + 1)
    ]
    links.append(dcc.Link(_("All material"), href=reading.address.to("/materials"), className="quiet-link"))
    return html.Div([html.P(said, className="facts-line note"), html.P(links, className="screen-only facts-line")])


def _measures(reading: Reading, body: Body, year: int, plan: WorkPlanRow | None) -> Component:
    heading = _("Measures")
    if plan is None:
        none = _("{unit} has filed no work plan for {year}", unit=body_label(body), year=year)
        return section(heading, empty(none))
    return section(
        heading,
        *([html.P(plan.summary)] if plan.summary else []),
        scrolled(measures_table(reading, plan, caption=heading), name="texts"),
        *([html.H3(_("Attachments")), evidence(reading, "", plan.attachments)] if plan.attachments else []),
        *([html.P([html.B(_("Why it is revised")), html.Span(_(": ")), plan.reason])] if plan.reason else []),
        aside=csv_link(reading.address.csv("work_plans", unit=body.code, **_of_year(year))),
    )


def measures_table(reading: Reading, plan: WorkPlanRow, *, caption: str) -> Component:
    """Every measure of the plan, by its day."""
    titles = {task.number: task.title.in_language(language()) for task in reading.plan.tasks}
    lines = [
        [
            html.Span(date_text(one.due_on), className="unbroken"),
            one.text,
            NOTHING if one.task is None else f"{one.task} {titles.get(one.task, '')}",
            one.who or NOTHING,
        ]
        for one in sorted(plan.measures, key=lambda one: one.due_on)
    ]
    return plain_table(caption, [pgettext("measure", "By"), _("Measure"), _("Task"), pgettext("measure", "Who")], lines)


def _plan_form(reading: Reading, body: Body, year: int, plan: WorkPlanRow | None) -> Component:
    written = "" if plan is None else "\n".join(measure.as_line() for measure in plan.measures)
    fields = {"unit": body.code, "year": str(year), "seen": "" if plan is None else plan.etag.strip('"')}
    hint = _(
        "One measure a line: task | measure | day | who. The task is the number of one that names the unit, or -; the "
        "day is written 2020-06-30. Rows pasted from a spreadsheet work too."
    )
    form = asking_form(
        "work_plan.file",
        _text("summary", _("Summary (optional)"), "" if plan is None else plan.summary, LONGEST_SUMMARY, 2),
        html.P(hint, className="note field-wide", id="work-plan-hint"),
        _text("measures", _("Measures"), written, _LONGEST, 10, **{"aria-describedby": "work-plan-hint"}),
        attach_field(reading, body.code, carried=() if plan is None else plan.attachments),
        *([_line("reason", _("Why it is revised"), "work-plan", required=True)] if plan else []),
        press(_("Revise") if plan else _("File the work plan"), main=True),
        fields=fields,
        name="assess-form task-form",
    )
    return folded(_("Revise the work plan …") if plan else _("Write the work plan …"), form, opened=plan is None)


def funding_word(source: FundingSource) -> str:
    return {
        FundingSource.SUPERIOR: _("Subsidies from above"),
        FundingSource.CITY: _("City funds"),
        FundingSource.OWN_BUDGET: _("Own budget"),
        FundingSource.OTHER: _("Other sources"),
    }[source]


def _money(reading: Reading, rows: list[FundingRow]) -> Component:
    heading = _("Funding, 10,000 yuan")
    note = html.P(_("As the unit reports it; it is not scored."), className="note")
    if not rows:
        return section(heading, note, html.P(_("Nothing has been reported."), className="note"))
    lines = [
        [funding_word(row.source), plain(row.arranged), plain(row.paid), row.note or NOTHING, row.reason or NOTHING]
        for row in sorted(rows, key=lambda row: list(FundingSource).index(row.source))
    ]
    headings = [_("Source"), _("Arranged"), _("Paid"), pgettext("money", "Note"), _("Reason")]
    csv = csv_link(reading.address.csv("fundings", unit=rows[0].unit, **_of_year(rows[0].year)))
    return section(heading, note, scrolled(plain_table(heading, headings, lines), name="texts money"), aside=csv)


def _of_year(year: int) -> dict[str, str]:
    """What narrows a file to the page's year."""
    return {"period_from": f"{year}-01", "period_to": f"{year}-12"}


def _money_form(body: Body, year: int, source: FundingSource, rows: list[FundingRow]) -> Component:
    stands = next((row for row in rows if row.source is source), None)
    fields = {"unit": body.code, "year": str(year), "source": source.value}
    fields["seen"] = "" if stands is None else stands.etag.strip('"')
    name = f"funding-{source.value.replace('_', '-')}"
    form = asking_form(
        "funding.record",
        _line("arranged", _("Arranged"), name, required=True, value="" if stands is None else plain(stands.arranged)),
        _line("paid", _("Paid"), name, required=True, value="" if stands is None else plain(stands.paid)),
        _line("note", pgettext("money", "Note"), name, value="" if stands is None else stands.note),
        *([_line("reason", _("Why it is revised"), name, required=True)] if stands else []),
        press(_("Revise") if stands else _("Record")),
        fields=fields,
        name="assess-form",
    )
    return folded(funding_word(source) + " …", form)


def _text(name: str, label: str, value: str, most: int, rows: int, **more: str) -> Component:
    identity = f"work-plan-{name}"
    entry = html.Textarea(value, name=name, id=identity, maxLength=most, rows=rows, className="entry", **more)
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field field-wide")


def _line(name: str, label: str, about: str, **properties: Any) -> Component:
    identity = f"{about}-{name}"
    entry = dcc.Input(
        id=identity, name=name, type="text", className="entry", maxLength=500, autoComplete="off", **properties
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")

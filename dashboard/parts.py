"""Small pieces that pages share: a status with its icon and word, an instrument, a link to the CSV, a note."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

from dash import dcc, html
from dash.development.base_component import Component as DashComponent

from dashboard.charts.instrument import Scale, as_image, small_rod
from dashboard.locale import _, date_text, language, month_text, ngettext
from dashboard.theme import Palette
from dashboard.window.address import Address
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, due_text, light_word, status_word, target_rule, unit_name
from dashboard.words.months import before_plan, no_submission, received_text, without_data
from metrics.bulletin.document import FIGURE_OF
from metrics.plan.model import Plan, Target, Unit
from metrics.publish.catalogue import DATASETS
from metrics.queries.judged_month import MonthCounts
from metrics.results import Light, Progress, Status

Component = Any
FLIP = "◇"  # a correction turned the verdict

_LAST_NARROW, _LONG_NAME = 0x2E7F, 24  # a letter beyond is as wide as two
_MOST_NEWER = 3  # months beside the heading
_FOCUSED = frozenset({"A", "Link", "Button", "Input", "Select", "Textarea", "Summary", "Checkbox"})


def icon(status: Status) -> Component:
    """The status's sign alone; its word must stand beside it or be hidden beside it."""
    return html.Span(className=f"sign sign-{css_name(status)}", **{"aria-hidden": "true"})


def css_name(status: Status) -> str:
    return status.value.replace("_", "-")


def status_mark(status: Status) -> Component:
    """Icon and word."""
    return html.Span([icon(status), status_word(status)], className="status")


def verdict_mark(verdict: Progress) -> Component:
    """Icon and word of the status; beside it, of a light set by hand, that it is and which."""
    if verdict.override is None:
        return status_mark(verdict.status)
    light = light_word(verdict.override.light)
    return html.Span([status_mark(verdict.status), html.Span([hand_mark(verdict), light])], className="by-hand")


def hand_mark(verdict: Progress) -> Component:
    """The second sign of a verdict: of a light that somebody set by hand. Nothing for the rules' own."""
    if verdict.override is None:
        return None
    said = _("Set by hand to {light}", light=light_word(verdict.override.light))
    why = _(": ") + verdict.override.reason if verdict.override.reason else ""
    return html.Span(
        [hand_sign(verdict.override.light), hidden(said)], className="mark hand-mark", title=f"{said}{why}"
    )


def flip_mark(said: str | None) -> Component:
    """The second sign of a verdict that a correction turned, with `said` of it; nothing of others."""
    if said is None:
        return None
    sign = html.Span(FLIP, **{"aria-hidden": "true"})
    return html.Span([sign, hidden(said)], className="mark flip-mark", title=said)


def hand_sign(light: Light | None = None) -> Component:
    """The sign alone, a pen over a bar in the colour of the light, if it is one light's."""
    colour = "" if light is None else f" hand-{light.value}"
    return html.Span("✎", className=f"hand-sign{colour}", **{"aria-hidden": "true"})


def own_mark(plan: Plan, verdict: Progress) -> Component:
    """The mark of a verdict by a target of the unit's own; nothing where the general target decides."""
    return own_target_mark(plan, plan.target_revision(verdict.target_code, verdict.target_revision))


def own_target_mark(plan: Plan, target: Target) -> Component:
    """The mark of a target that units have of their own; nothing for the general one."""
    if not target.for_units:
        return None
    rule = target_rule(target, plan.indicator_by_code[str(target.indicator)])
    said = _("Judged by the unit's own target: {rule}, {due}", rule=rule, due=due_text(target))
    return html.Span(["§", hidden(said)], className="mark", title=said)


def verdict_tint(verdict: Progress) -> str:
    """The class that tints a verdict's cell."""
    return f"tint-{css_name(verdict.status)}"


def hidden(text: str) -> Component:
    """Text for those who listen instead of look."""
    return html.Span(text, className="hidden-text")


def rod_image(
    scale: Scale, *, level: Fraction | None, steps: Sequence[Fraction], status: Status, palette: Palette
) -> Component:
    """The small instrument beside a value; the value itself stands beside it, so the picture needs no words."""
    drawn = small_rod(scale, level=level, steps=steps, colour=palette.statuses[status], palette=palette)
    return html.Img(src=as_image(drawn), alt="", className="small-rod", width=72, height=12)


def page_head(
    title: str, reading: Reading, *under: Component, dated: bool = True, slides: bool = False, falls_back: bool = True
) -> Component:
    """The page's finding as its heading; where it is `dated`, the day it is judged on and what is newer beside it.

    `slides`: there is a slide of the page. `falls_back`: of a month without data it shows the newest figures there are.
    """
    judged = "" if reading.on is None or not dated else _("Judged on {date}", date=date_text(reading.on))
    newer = _newer_months(reading) if dated else []
    for said in (without_data(reading) if falls_back else no_submission(reading), before_plan(reading)):
        if dated and said and not title.startswith(said):
            newer.insert(0, html.P(said, className="note"))
    ways = [_slide_ways(reading)] if slides else []
    beside = html.Div([html.P(judged, className="note judged-day"), *newer], className="page-date")
    return html.Div([html.Div([html.H1(_unparted(title)), *under]), beside, *ways], className="page-head")


def _slide_ways(reading: Reading) -> Component:
    """The page as a file for a meeting, in each of its forms (dashboard/page_files.py)."""
    links = page_files("slides", ("pptx", "docx", "pdf"), reading.address, of=_("Slide of this page"))
    return html.P([html.Span(_("Slide"), className="note"), *links], className="slide-ways")


def page_files(kind: str, forms: Sequence[str], address: Address, *, of: str) -> list[Component]:
    """The ways to a page as a file in each of `forms`; whoever listens hears what is in it: `of`."""
    return [
        html.A(
            [form.upper(), hidden(_(": ") + of)],
            href=f"/{kind}/{form}{address.href()}",
            className="quiet-link",
            download="",
        )
        for form in forms
    ]


def _newer_months(reading: Reading) -> list[Component]:
    """The newest months that are not judged yet, the one that was chosen among them, and how many others there are."""
    chosen = [month for month in reading.newer[:-_MOST_NEWER] if month.period == reading.address.month]
    shown = [*chosen, *reading.newer[-_MOST_NEWER:]]
    others = len(reading.newer) - len(shown)
    words = ngettext(
        "{n} earlier month is not judged yet either", "{n} earlier months are not judged yet either", others
    )
    told = [html.P(words, className="note")] if others else []
    return [*told, *(html.P(_newer(reading, month), className="note newer-month") for month in shown)]


def _newer(reading: Reading, month: MonthCounts) -> Component:
    """A month that is not judged yet: what has come of it, and the way to it."""
    words = month_text(month.period) + _(": ") + received_text(reading, month)
    if reading.address.month == month.period:
        return words
    return dcc.Link(words, href=reading.address.in_month(month.period), title=_("Not judged yet: show this month"))


def csv_link(href: str, of: str | None = None, *, words: str | None = None) -> Component:
    """The way to a file. Whoever listens hears what is in it, since several stand on one page: `of`, or its dataset.

    `words` say it to the eye too, where several stand beside each other.
    """
    dataset = DATASETS.get(urlsplit(href).path.rpartition("/")[2].partition(".")[0])
    named = of or (None if dataset is None else dataset.title.in_language(language()))
    which = [] if named is None else [hidden(_(": ") + named)]
    return html.A([words or _("Download CSV"), *which], href=href, className="quiet-link", download="")


def choice(
    words: str | list[Component], href: str, *, here: bool, current: str = "true", title: str | None = None
) -> Component:
    """One of the ways to the same page with something else chosen; where one is `here`, that is marked and said."""
    named = {} if title is None else {"title": title}
    link = dcc.Link(words, href=href, className="filter here" if here else "filter", **named)
    return html.Li(link, **({"aria-current": current} if here else {}))


def why_href(progress: Progress) -> str:
    """The fragment that opens the explanation of one verdict."""
    return f"#why={progress.unit_code}/{progress.target_code}"


def unit_link(unit: Unit, address: Address) -> Component:
    return dcc.Link(
        unit_name(unit), href=address.to(f"/units/{unit.code}"), title=unit_name(unit), className=name_class(unit)
    )


def name_class(unit: Unit) -> str:
    """The class of a unit's name; one that takes more than a line of a row has smaller letters there."""
    wide = sum(2 if ord(letter) > _LAST_NARROW else 1 for letter in unit_name(unit))
    return "unit-name long-name" if wide > _LONG_NAME else "unit-name"


def _unparted(title: str | Sequence[Component]) -> str | Sequence[Component]:
    """A heading in which no line ends between a figure and what it counts."""
    if not isinstance(title, str):
        return title
    parts = FIGURE_OF.split(title)  # every other one is a figure with its word
    if len(parts) == 1:
        return title
    return [html.Span(part, className="unparted") if place % 2 else part for place, part in enumerate(parts) if part]


def section(
    title: str | Sequence[Component], *children: Component, aside: Component = None, name: str = ""
) -> Component:
    """A part of a page with its heading; `aside` stands at the heading's right."""
    head = html.Div([html.H2(_unparted(title)), html.Div(aside, className="section-aside")], className="section-head")
    return html.Section([head, *children], className=f"section {name}".strip())


def empty(title: str, *lines: Component) -> Component:
    """What stands where something will be: what would fill it, and who owes it."""
    return html.Div(
        [
            html.Span(className="empty-rod", **{"aria-hidden": "true"}),
            html.Div([html.P(title, className="empty-title"), *[html.P(line) for line in lines]]),
        ],
        className="empty",
    )


def table_view(table: Component, *, csv: str | None = None) -> Component:
    """The figures of a chart as a table, folded until asked for."""
    return html.Details(
        [html.Summary(_("Table view")), scrolled(table), *([csv_link(csv)] if csv else [])],
        className="table-view",
    )


def plain_table(
    caption: str,
    headings: Sequence[Component],
    rows: Sequence[Sequence[Component]],
    *,
    says_caption: bool = False,
    labelled: bool = False,
) -> Component:
    """A table whose first column names its rows. The caption is for listeners unless no heading says it to the eye.

    `labelled`: each cell carries its heading, for the style sheet to write it where a row is no row any more.
    """
    labels = [getattr(heading, "children", heading) if labelled else None for heading in headings]
    return html.Table(
        [
            html.Caption(caption, className="" if says_caption else "hidden-text"),
            html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings])),
            html.Tbody([html.Tr([html.Th(row[0], scope="row"), *map(_cell, row[1:], labels[1:])]) for row in rows]),
        ],
        className="figures",
    )


def scrolled(inside: Component, *, name: str = "", label: str = "", **more: str) -> Component:
    """What is wider than a small screen, to be moved sideways; by keyboard too where nothing in it takes the focus.

    `label`: what it is called then, else the caption of the table in it.
    """
    if not _takes_focus(inside):
        more = {"tabIndex": "0", "role": "region", "aria-label": label or _caption(inside)} | more
    return html.Div(inside, className=f"scroll {name}".strip(), **more)


def _takes_focus(part: Component) -> bool:
    if isinstance(part, list | tuple):
        return any(_takes_focus(one) for one in part)
    if not isinstance(part, DashComponent):
        return False
    return part._type in _FOCUSED or _takes_focus(getattr(part, "children", None))


def _caption(part: Component) -> str:
    """The text of the first caption in it."""
    if isinstance(part, html.Caption):
        return str(part.children)
    inside = getattr(part, "children", None)
    for one in inside if isinstance(inside, list | tuple) else [inside]:
        if isinstance(one, DashComponent) and (found := _caption(one)):
            return found
    return ""


def _cell(cell: Component, label: Component) -> Component:
    """What holds nothing is marked as such, for the style sheet to leave out where there is no column to fill."""
    more = {} if label is None else {"data-label": label}
    return html.Td(cell, className="nothing", **more) if cell == NOTHING else html.Td(cell, **more)

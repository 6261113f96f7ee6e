"""Ways through the tree of units: where a level stands in it, the way down, the pages of a long one, and its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, pgettext
from dashboard.parts import hidden, icon, name_class, unit_link
from dashboard.window.address import Address
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, unit_name
from metrics.plan.level import MOST_SHOWN, Level, Paged, units_above
from metrics.plan.model import Plan, Unit
from metrics.results import Light, Status
from metrics.tally import Tally

Component = Any

STATUS_OF_LIGHT = {
    Light.GREEN: Status.MET,
    Light.AMBER: Status.BEHIND,
    Light.RED: Status.OVERDUE,
    Light.GREY: Status.NO_DATA,
}
"""With whose sign units are counted by light."""

_SHOWN_LIGHTS = (Light.GREEN, Light.AMBER, Light.RED, Light.GREY)


def has_levels(plan: Plan) -> bool:
    """True if there is a level below the root's; a city with only reporting units has none."""
    return len(plan.children) > 1


def adds_up(plan: Plan, level: Level) -> bool:
    """True if something on the level adds up others in its turn."""
    return any(unit.code in plan.children for unit in level.units)


def breadcrumbs(reading: Reading) -> Component:
    """The way from the root to the level shown; nothing where the plan has one level only."""
    level, address = reading.level, reading.address
    if not has_levels(reading.plan):
        return None
    ways = [dcc.Link(unit_name(unit), href=_level_href(reading.plan, address, unit)) for unit in level.above]
    return _way_down_to(level.under, ways)


def unit_breadcrumbs(reading: Reading, unit: Unit) -> Component:
    """The way from the root to the page of a unit, and on to the units that it adds up."""
    plan, address = reading.plan, reading.address
    if not has_levels(plan):
        return None
    ways = [dcc.Link(unit_name(one), href=address.to(f"/units/{one.code}")) for one in units_above(plan, unit)]
    level = None if unit.code == plan.document.root_unit else unit.code
    down = dcc.Link(
        _("Units of {unit}", unit=unit_name(unit)), href=replace(address, path="/units", kept=()).below(level)
    )
    return _way_down_to(unit, ways, *([down] if unit.code in plan.children else []))


def _way_down_to(unit: Unit, ways: Sequence[Component], *further: Component) -> Component:
    here = html.Li(html.B(unit_name(unit)), **{"aria-current": "location"})
    return html.Nav(
        html.Ol([*map(html.Li, ways), here, *map(html.Li, further)]),
        className="breadcrumbs",
        **{"aria-label": _("Level of the tree of units")},
    )


def _level_href(plan: Plan, address: Address, unit: Unit) -> str:
    return address.below(None if unit.code == plan.document.root_unit else unit.code)


def unit_way(plan: Plan, address: Address, unit: Unit, *, level: Level) -> Component:
    """A unit's name: one below the level's top that adds up others leads a level down, any other to its page."""
    name = unit_name(unit)
    if unit.code in plan.children and unit.code != level.under.code:
        inside = [name, html.Span("›", className="down", **{"aria-hidden": "true"})]
        title = _("Units of {unit}", unit=name)
        return dcc.Link(inside, href=_level_href(plan, address, unit), title=title, className=name_class(unit))
    return unit_link(unit, address)


def flat_way(reading: Reading, show: str) -> Component:
    """The way to every unit below the level in one table; nothing where the page itself shows them all."""
    below = reading.plan.reporting_units_under(reading.level.under.code)
    if reading.principal is None or (not has_levels(reading.plan) and len(below) <= MOST_SHOWN):
        return None
    kept = {} if show == "verdicts" else {"show": show}
    return dcc.Link(_("All units in one table"), href=reading.address.to("/flat", **kept), className="quiet-link")


def ways_down(reading: Reading) -> Component:
    """A row of links to what adds up others on the level; for pages whose rows are reporting units."""
    plan, level = reading.plan, reading.level
    below = [unit for unit in level.units if unit.code in plan.children]
    if not below:
        return None
    links = [
        html.Li(dcc.Link(name, href=_level_href(plan, reading.address, unit), title=name, className="filter"))
        for unit in below
        for name in [unit_name(unit)]
    ]
    return html.Ul(links, className="filters ways-down", **{"aria-label": _("One level down")})


def pages(address: Address, listed: Paged[Any], *, words: str | None = None) -> Component:
    """Links to the pages of a list; nothing where one page holds it. `words`: which rows are shown; None: units."""
    if listed.pages == 1:
        return None
    words = words or _(
        "Units {first}–{last} of {all}",
        first=count_text(listed.first + 1),
        last=count_text(listed.first + len(listed.shown)),
        all=count_text(len(listed.rows)),
    )
    here = html.Span(_("Page {page} of {pages}", page=count_text(listed.page), pages=count_text(listed.pages)))
    parts = [
        _page(address, 1, _("First page"), listed),
        _page(address, listed.page - 1, _("Previous page"), listed),
        here,
        _page(address, listed.page + 1, _("Next page"), listed),
        _page(address, listed.pages, _("Last page"), listed),
    ]
    return html.Nav([html.Span(words), *parts], className="pages", **{"aria-label": _("Pages")})


def _page(address: Address, number: int, word: str, listed: Paged[Any]) -> Component:
    """A link to a page; the bare word where that is the one shown or there is none."""
    if number == listed.page or not 1 <= number <= listed.pages:
        return html.Span(word, className="note")
    return dcc.Link(word, href=address.keeping(page=None if number == 1 else str(number)), className="quiet-link")


def lights_below(counts: Mapping[Light, int]) -> Component:
    """12 green 3 amber 1 red: how many units below a row have which light, each sign with its word."""
    there = [light for light in _SHOWN_LIGHTS if counts.get(light)]
    if not there:
        return NOTHING
    parts = [
        html.Span(
            [icon(STATUS_OF_LIGHT[light]), count_text(counts[light]), hidden(" "), html.Small(_short(light))],
            className="status",
        )
        for light in there
    ]
    return html.Span(parts, className="spread lights-below")


def _short(light: Light) -> str:
    """绿 / green: the light's word beside a number."""
    return {
        Light.GREEN: pgettext("how many", "green"),
        Light.AMBER: pgettext("how many", "amber"),
        Light.RED: pgettext("how many", "red"),
        Light.GREY: pgettext("how many", "grey"),
    }[light]


def lights_cell(counted: Tally, unit: Unit, *, level: Level) -> Component:
    """The lights below one row of the level; of all below it for the level's top."""
    counts = counted.together if unit.code == level.under.code else counted.lights.get(unit.code, Counter())
    return lights_below(counts)

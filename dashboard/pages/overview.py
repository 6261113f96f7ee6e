"""The overview: four headline instruments, county × target, and what needs attention."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.attention import Verdict, lights_of
from dashboard.commitments import commitments
from dashboard.grids.boundary_map import boundary_map
from dashboard.grids.matrix import Matrix, matrix
from dashboard.grids.tile_map import TileMap, tile_map
from dashboard.locale import _, month_text, ngettext
from dashboard.pages.attention_panel import attention_panel
from dashboard.pages.content import Content
from dashboard.pages.headline import card
from dashboard.pages.nothing_yet import nothing_yet
from dashboard.pages.phase_gates import gates_on, phase_gates
from dashboard.parts import csv_link, icon, page_head, section
from dashboard.reading import Reading
from dashboard.wording import status_word
from metrics.periods import add_months, last_day
from metrics.plan.boundaries import boundaries
from metrics.plan.model import Plan, Target
from metrics.queries.leaderboard import core_targets
from metrics.queries.progress_by_unit import Judged, progress_by_unit
from metrics.results import Light, Status

Component = Any


def overview(reading: Reading) -> Content:
    """The page at `/`. `targets=all` in the address shows every measured target instead of the core ones."""
    if reading.on is None:
        return Content(title=_("Overview"), body=nothing_yet(reading))
    core = core_targets(reading.view, on=reading.on)
    whole = reading.place.keeps("targets") == "all"
    codes = [target.code for target in core]
    wanted = None if whole else [*codes, *gates_on(reading.plan, reading.on)]
    judged = progress_by_unit(reading.session, reading.view, on=reading.on, targets=wanted)
    title = finding(reading.plan, judged, core)
    main = html.Div(
        [_headline(reading, judged, core), _matrix_section(reading, judged, core, whole=whole)],
        className="overview-main",
    )
    body = html.Div(
        [
            page_head(title, reading, phase_gates(reading, judged)),
            html.Div(
                [main, _beside(reading, judged, core)],
                className="overview overview-whole" if whole else "overview",
            ),
        ]
    )
    return Content(title=title, body=body)


def finding(plan: Plan, judged: Judged, core: tuple[Target, ...]) -> str:
    """The page's finding: how many units are well on every core target, and how many have one overdue."""
    codes = {target.code for target in core}
    required = {unit.code for unit in plan.reporting_units if unit.figures_required}
    lights: dict[str, set[Light]] = {}
    overdue = set()
    for verdict in judged.progress:
        if verdict.target_code in codes and verdict.unit_code in required:
            if verdict.status is not Status.NOT_APPLICABLE:
                lights.setdefault(verdict.unit_code, set()).add(verdict.light)
            if verdict.status is Status.OVERDUE and verdict.light is Light.RED:  # not where it was set by hand
                overdue.add(verdict.unit_code)
    good = sum(1 for found in lights.values() if found == {Light.GREEN})
    text = ngettext(
        "{good} of {n} unit is met or on track on every core target",
        "{good} of {n} units are met or on track on every core target",
        len(lights),
        good=good,
    )
    late = len(overdue)
    return text + (ngettext("; {n} has one overdue", "; {n} have one overdue", late) if late else "")


def _headline(reading: Reading, judged: Judged, core: tuple[Target, ...]) -> Component:
    root = reading.plan.document.root_unit
    city = [verdict for verdict in judged.progress if verdict.unit_code == root]
    found = commitments(reading.plan, city, judged.courses, targets=core)
    return html.Div([card(reading, commitment) for commitment in found], className="cards")


def _beside(reading: Reading, judged: Judged, core: tuple[Target, ...]) -> Component:
    """What needs attention, and the map below it."""
    return html.Div(
        [attention_panel(reading, judged, core, before=_before(reading, judged, core)), _map(reading, judged, core)],
        className="overview-beside",
    )


def _before(reading: Reading, judged: Judged, core: tuple[Target, ...]) -> dict[Verdict, Light]:
    """The lights of the month before of what is red now; others cannot be newly red."""
    codes = {target.code for target in core}
    red = [p for p in judged.progress if p.light is Light.RED and p.target_code in codes]
    if judged.period is None or not red:
        return {}
    on = last_day(add_months(judged.period, -1))
    units, targets = {p.unit_code for p in red}, {p.target_code for p in red}
    earlier = progress_by_unit(reading.session, reading.view, on=on, units=units, targets=targets)
    return lights_of(earlier.progress) if earlier.period is not None else {}


def _map(reading: Reading, judged: Judged, core: tuple[Target, ...]) -> Component:
    """The map of one core target: the one that `map` in the address names, else the first that is not due yet."""
    if not core:
        return None
    ahead = [target for target in core if target.due_on is None or judged.on is None or target.due_on >= judged.on]
    chosen = reading.place.keeps("map")
    target = next((target for target in core if target.code == chosen), (ahead or core)[0])
    verdicts = {verdict.unit_code: verdict for verdict in judged.progress if verdict.target_code == target.code}
    shown = TileMap(reading, target=target, targets=core, verdicts=verdicts)
    drawn = boundaries()
    return boundary_map(shown, drawn, palette=reading.palette) if drawn else tile_map(shown)


def _matrix_section(reading: Reading, judged: Judged, core: tuple[Target, ...], *, whole: bool) -> Component:
    plan, place = reading.plan, reading.place
    targets, measured = _columns(plan, judged, core, whole=whole)
    codes = {verdict.unit_code for verdict in judged.progress}
    shown = Matrix(
        plan=plan,
        place=place,
        units=[unit for unit in sorted(plan.units, key=lambda unit: (unit.order, unit.code)) if unit.code in codes],
        targets=targets,
        verdicts={(verdict.unit_code, verdict.target_code): verdict for verdict in judged.progress},
        courses=judged.courses,
    )
    if whole:
        switch = dcc.Link(_("Core targets only"), href=place.keeping(targets=None), className="quiet-link")
    else:
        words = _("All {n} measured targets", n=measured)
        switch = dcc.Link(words, href=place.keeping(targets="all"), className="quiet-link")
    caption = _("Units and targets")
    if judged.period is not None:
        caption = _("Units and targets, {month}", month=month_text(judged.period))
    csv = csv_link(place.csv("progress", **({"on": judged.on.isoformat()} if judged.on else {})))
    return section(caption, matrix(shown, caption=caption), _legend(), aside=[switch, csv], name="matrix-section")


def _columns(plan: Plan, judged: Judged, core: tuple[Target, ...], *, whole: bool) -> tuple[list[Target], int]:
    """The targets across, core ones first in their indicators' order; and how many measured ones there are."""
    measured = [target for target in plan.targets_in_force(judged.on) if target.measured] if judged.on else []
    indicators = plan.indicator_by_code
    first = sorted(core, key=lambda target: (indicators[str(target.indicator)].order, target.due_on))
    codes = {target.code for target in core}
    others = [target for target in measured if target.code not in codes] if whole else []
    return [*first, *others], len(measured)


def _legend() -> Component:
    marks = [html.Span([icon(s), status_word(s)], className="status") for s in Status if s is not Status.NOT_APPLICABLE]
    return html.Span(marks, className="legend")

"""A chart on a page: described for those who listen, and with the buttons that save it as a picture.

A picture leaves the page and must speak for itself: it carries the finding, what is drawn, the day judged, up to when
things are known, and the clause. What is written on it is decided here and set by assets/src/pictures/.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboard.charts.line_ends import IN_A_ROOM
from dashboard.locale import _
from dashboard.window.print_lines import document_line, vintage_words
from dashboard.window.reading import Reading
from metrics.periods import format_period
from metrics.plan.model import Target
from metrics.queries.progress_by_unit import JudgedProgress

Component = Any

DRAWN = {"data-drawn": ""}  # on what a picture takes from the page as it stands there: grounds, lines, signs, words
_FONTS = {"font", "tickfont"}
_GRAPH = {"displayModeBar": False, "responsive": True, "doubleClick": False}


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands around a saved chart. `name`: what the file is called before month and place in the ledger.

    `title`: the finding; `caption`: what is drawn; `clauses`: where the plan says so, word for word.
    """

    name: str
    title: str
    caption: str
    clauses: tuple[str, ...] = ()


def graph(reading: Reading, figure: Any, *, label: str, name: str = "", **properties: Any) -> Component:
    """A figure as one image with a text for those who listen; its numbers must stand in a table beside it.

    `name`: the class of what it stands in, which may give it a height; the graph itself fills that.
    """
    shown = for_a_room(figure) if reading.address.projected else figure
    drawn = dcc.Graph(figure=shown, config=_GRAPH, responsive=True, **properties)
    return html.Div(drawn, role="img", className=name, **{"aria-label": label})


def for_a_room(figure: Any) -> Any:
    """The figure with letters half as large again; what must be wider for them is the figure's own."""
    if isinstance(figure, list):
        return [for_a_room(part) for part in figure]
    if not isinstance(figure, dict):
        return figure
    found = {name: for_a_room(part) for name, part in figure.items()}
    for name in _FONTS & found.keys():
        found[name] = {**found[name], "size": int(found[name]["size"] * IN_A_ROOM)}
    return found


def line_legend(
    *,
    due: bool,
    ways: bool,
    judged: bool = False,
    projected: bool = False,
    ranged: bool = False,
    revised: bool = False,
) -> Component:
    """What the lines of a chart mean, each beside its mark; of those alone that are drawn. Nothing if none is."""
    words = (
        (due, "line-due", _("what is due")),
        (judged, "line-judged", _("what it is judged by since more fell due")),
        (ways, "line-way", _("the path to the next stage")),
        (projected, "line-projection", _("projection at the present pace")),
        (ranged, "line-range", _("its range")),
    )
    marks = [
        html.Span([html.Span(className=f"line-mark {name}", **{"aria-hidden": "true"}), word])
        for drawn, name, word in words
        if drawn
    ]
    if revised:
        marks.append(html.Span([html.Span("◇", **{"aria-hidden": "true"}), _("corrected")]))
    return html.P(marks, className="legend line-legend") if marks else None


def line_words(*, judged: bool) -> str:
    """The same for the line under a saved picture."""
    words = _("heavy: what is due; dashed: the path to the next stage; dotted: projection")
    return words + (_("; thin: what it is judged by since more fell due") if judged else "")


def pictured(reading: Reading, chart: Component, picture: Picture) -> Component:
    """`chart` with its two buttons. It holds one graph, a list of small ones (class `multiples`), or what is DRAWN."""
    buttons = [
        html.Button(
            form,
            type="button",
            className="quiet-button",
            title=_("Save this chart as {form}", form=form),
            **{"data-does": "save-picture", "data-form": form.lower()},
        )
        for form in ("PNG", "SVG")
    ]
    said = html.Span(role="status", className="note", **{"data-failed": _("The browser could not draw the picture.")})
    return html.Div(
        [
            chart,
            html.Div([html.Span(_("Save as picture"), className="note"), *buttons, said], className="picture-ways"),
        ],
        className="pictured",
        **{"data-picture": json.dumps(told(reading, picture), ensure_ascii=False)},
    )


def told(reading: Reading, picture: Picture) -> dict[str, Any]:
    """What a picture says: `file` (its name without ending), `title`, `under` and `foot` (lines of text)."""
    month = "" if reading.month is None else f"_{format_period(reading.month.period)}"
    synthetic = _("Synthetic demonstration data: no figure here was reported by anyone.")
    return {
        "file": f"{picture.name}{month}_as-of-{reading.view.seq}",
        "title": picture.title,
        "under": [" · ".join((picture.caption, *vintage_words(reading)))] + [synthetic] * reading.demonstration,
        "foot": [*picture.clauses, document_line(reading.plan)],
    }


def clauses_of(targets: Sequence[Target]) -> tuple[str, ...]:
    """The clauses of targets as single lines, each once, with its place in the document.

    They are the document's own words, in Chinese: the first says so to whom the rest speaks English.
    """
    lines = [
        f"「{citation.quote}」 {citation.where} · " + _("line {line}", line=citation.line)
        for target in targets
        for citation in target.citations
    ]
    quoted = list(dict.fromkeys(lines))
    if quoted:
        quoted[0] = _("Quoted from the Chinese original: {clause}", clause=quoted[0])
    return tuple(quoted)


def until(judged: JudgedProgress) -> dict[str, str]:
    """The last month of what is shown, as a dataset's parameter."""
    return {} if judged.period is None else {"period_to": format_period(judged.period)}

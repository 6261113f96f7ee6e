"""Forms of the performance assessment, for reviewers: another rule, tried before it is set, and scores of inquiries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.acts.attaching import attach_field
from dashboard.acts.forms import asking_form, folded, press
from dashboard.locale import _, pgettext
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.scores import SET, TRY, form_word, part_word, written_steps
from metrics.forms import plain
from metrics.periods import format_period
from metrics.plan.model import Task
from metrics.principal import Scope
from metrics.queries.inquiry_scores import InquiryRow
from metrics.queries.score_sheets import ScoreSheets
from metrics.supervision.score_reading import LONGEST_TEXT
from metrics.supervision.scores import ScorePart

Component = Any


def may_score(reading: Reading) -> bool:
    """True for a reviewer who looks at what stands now."""
    return reading.principal is not None and reading.principal.may(Scope.SUPERVISE) and reading.address.present


def rule_form(found: ScoreSheets) -> Component:
    """Weights and steps as they are in force, to be changed: tried first, with what would become of the month shown."""
    period, rule = format_period(found.span.period), found.rule
    fields: list[Component] = []
    for part in ScorePart:
        weight, steps = f"weight-{part.value}", f"steps-{part.value}"
        word = part_word(part)
        fields += [
            _entry("score", weight, _("{part}: weight", part=word), value=plain(rule.weights[part]), required=True),
            _entry(
                "score",
                steps,
                _("{part}: steps", part=word),
                value=written_steps(rule.steps.get(part, ())),
                placeholder="95=50 100=100",
            ),
        ]
    hint = _(
        "A step is a share in percent and its points, 95=50; several are separated by spaces. Without steps the points "
        "are the share. A citation or a reason is needed."
    )
    form = asking_form(
        "score.weigh",
        html.P(hint, className="note field-wide"),
        *fields,
        _entry("score", "valid_from", _("From month"), value=period, required=True, placeholder="2020-01"),
        _entry("score", "citation", _("Set out in"), maxLength=LONGEST_TEXT),
        _entry("score", "reason", _("Reason"), maxLength=LONGEST_TEXT),
        html.Div(
            [_choosing(_("Show what would change"), TRY, main=True), _choosing(_("Set weights and steps"), SET)],
            className="field-wide buttons",
        ),
        fields={"period": period},
        name="assess-form",
    )
    return folded(_("Change weights and steps"), form)


def _choosing(word: str, step: str, *, main: bool = False) -> Component:
    """A button that says which of the form's two things is asked for."""
    return html.Button(
        word, type="submit", name="step", value=step, className="button button-main" if main else "button"
    )


def inquiry_form(reading: Reading, task: Task, *, unit: str = "") -> Component:
    """The form that records a score of an inquiry; of one `unit` with its files, else of the one that is chosen."""
    options = [
        html.Option(unit_name(reading.plan.unit_by_code[code]), value=code)
        for code in reading.plan.owing_units[task.number]
    ]
    chosen = [] if unit else [_choice("inquiry", "unit", _("Unit"), options)]
    forms = [html.Option(form_word(reading.plan, task.number, one.code), value=one.code) for one in task.inquiry]
    form = asking_form(
        "score.inquiry",
        *chosen,
        _entry(
            "inquiry",
            "round",
            _("Round: a year, 2019-2 for its second"),
            required=True,
            maxLength=10,
            placeholder="2019",
        ),
        _choice("inquiry", "form", _("Form of inquiry"), forms),
        *_result("inquiry"),
        *([attach_field(reading, unit)] if unit else []),
        press(_("Record the score"), main=True),
        fields={"task": str(task.number)} | ({"unit": unit} if unit else {}),
        name="assess-form",
    )
    return folded(_("Record an inquiry score"), form)


def correction_form(reading: Reading, row: InquiryRow) -> Component:
    """The form that corrects one: the whole of it again, and why."""
    name = f"inquiry-{row.seq}"
    given = {
        "score": plain(row.score),
        "full_marks": plain(row.full_marks),
        "measured_on": row.measured_on.isoformat(),
        "evidence": row.evidence,
        "note": row.note,
    }
    form = asking_form(
        "score.inquiry",
        *_result(name, given),
        _entry(name, "reason", _("Why it is corrected"), required=True, maxLength=LONGEST_TEXT),
        attach_field(reading, row.unit, carried=row.attachments),
        press(_("Correct the score"), main=True),
        fields={
            "task": str(row.task),
            "unit": row.unit,
            "round": row.round,
            "form": row.form,
            "seen": row.etag.strip('"'),
        },
        name="assess-form",
    )
    word = _("Correct: {form}, round {round}", form=form_word(reading.plan, row.task, row.form), round=row.round)
    return folded(word, form)


def _result(name: str, given: dict[str, str] | None = None) -> list[Component]:
    """Score, full marks, day and evidence."""
    said = given or {}
    return [
        _entry(name, "score", _("Score"), value=said.get("score", ""), required=True, inputMode="decimal"),
        _entry(
            name, "full_marks", _("Full marks"), value=said.get("full_marks", "100"), required=True, inputMode="decimal"
        ),
        _entry(
            name,
            "measured_on",
            _("Measured on"),
            value=said.get("measured_on", ""),
            required=True,
            maxLength=10,
            placeholder="2020-01-20",
        ),
        _entry(
            name,
            "evidence",
            _("Address of the evidence"),
            value=said.get("evidence", ""),
            placeholder="https://",
            maxLength=LONGEST_TEXT,
        ),
        _entry(name, "note", pgettext("inquiry", "Note"), value=said.get("note", ""), maxLength=LONGEST_TEXT),
    ]


def _entry(name: str, field: str, label: str, **properties: Any) -> Component:
    identity = f"{name}-{field}"
    entry = dcc.Input(
        id=identity, name=field, className="entry", autoComplete="off", **{"type": "text", "value": ""} | properties
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")


def _choice(name: str, field: str, label: str, options: Sequence[Component]) -> Component:
    identity = f"{name}-{field}"
    chosen = [html.Option(_("choose"), value=""), *options]
    entry = html.Select(chosen, name=field, id=identity, className="entry", required=True)
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")

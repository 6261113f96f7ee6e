"""The form in which an assessor records what was measured, or revises one of their own."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, press
from dashboard.locale import _
from dashboard.parts import section
from dashboard.window.reading import Reading
from dashboard.words.figures import indicator_name, measure, method_word, unit_name
from metrics.assessments import Method
from metrics.forms import plain
from metrics.models import Assessment
from metrics.periods import format_period
from metrics.queries.assessments import Assessed

Component = Any


def assess_form(reading: Reading) -> Component:
    """Counts, or the value where no counts are to be had.

    A repeated press records nothing twice.
    """
    plan = reading.plan
    units = [(unit.code, unit_name(unit)) for unit in plan.units]
    indicators = [(i.code, f"{indicator_name(i)} ({measure(i)})") for i in plan.indicators]
    methods = [(method.value, method_word(method)) for method in Method]
    # A decimal keypad of a phone may have no minus.
    keypad = "text" if any(indicator.may_be_negative for indicator in plan.indicators) else "decimal"
    month = "" if reading.month is None else format_period(reading.month.period)
    form = asking_form(
        "assessment.record",
        _choice("unit", _("Unit"), units, chosen=reading.address.keeps("unit")),
        _entry("period", _("Month"), value=month, pattern=r"\d{4}-\d{2}", placeholder="2019-09", required=True),
        _choice("indicator", _("Indicator"), indicators, chosen=reading.address.keeps("show")),
        _choice("method", _("Method"), methods),
        _entry("numerator", _("Numerator"), inputMode=keypad),
        _entry("denominator", _("Denominator"), inputMode="decimal"),
        _entry("value", _("or the value itself"), inputMode=keypad),
        _entry("sample_size", _("Size of the sample"), inputMode="numeric"),
        _entry("clusters", _("or item by item, as 3/5 4/9"), placeholder="3/5 4/9 0/2"),
        _entry("clusters_in_all", _("Items to draw from"), inputMode="numeric"),
        _entry("evidence", _("Address of the evidence"), placeholder="https://", maxLength=2000),
        _entry("note", _("Remark"), maxLength=2000),
        press(_("Record"), main=True),
        once=True,
        name="assess-form",
    )
    return section(_("Record an assessment"), form)


def revise_form(assessed: Assessed) -> Component:
    """The form that revises one's own assessment, with what stands in it now."""
    row = assessed.recorded
    fields = {
        "assessment": str(row.id),
        "seen": assessed.etag.strip('"'),
        "unit": row.unit_code,
        "period": format_period(row.period),
        "indicator": row.indicator_code,
        "method": row.method,
    }
    by_count = row.numerator is not None and row.denominator is not None
    figures = () if row.clusters is not None else ("numerator", "denominator") if by_count else ("value",)
    words = {"numerator": _("Numerator"), "denominator": _("Denominator"), "value": _("or the value itself")}
    form = asking_form(
        "assessment.revise",
        *(_entry(name, words[name], about=row.id, value=plain(getattr(row, name))) for name in figures),
        _entry("sample_size", _("Size of the sample"), about=row.id, value=str(row.sample_size or "")),
        *_cluster_entries(row),
        _entry("evidence", _("Address of the evidence"), about=row.id, value=row.evidence, maxLength=2000),
        _entry("note", _("Remark"), about=row.id, value=row.note, maxLength=2000),
        _entry("reason", _("Why it is revised"), about=row.id, required=True, maxLength=2000),
        press(_("Revise")),
        fields=fields,
    )
    return html.Details([html.Summary(_("Revise")), form], className="table-view")


def _cluster_entries(row: Assessment) -> list[Component]:
    """Only where it was measured by cluster: the sums above follow from them."""
    if row.clusters is None:
        return []
    written = " ".join("/".join(pair) for pair in row.clusters)
    words = {"clusters": _("or item by item, as 3/5 4/9"), "clusters_in_all": _("Items to draw from")}
    values = {"clusters": written, "clusters_in_all": str(row.clusters_in_all or "")}
    return [_entry(name, words[name], about=row.id, value=values[name]) for name in words]


def _entry(name: str, label: str, *, about: int | str = "new", **properties: Any) -> Component:
    identity = f"assess-{about}-{name}"
    entry = dcc.Input(id=identity, name=name, type="text", className="entry", **properties)
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")


def _choice(name: str, label: str, options: list[tuple[str, str]], *, chosen: str | None = None) -> Component:
    """A list to choose from; the one chosen already comes first."""
    identity = f"assess-new-{name}"
    ordered = sorted(options, key=lambda option: option[0] != chosen) if chosen else options
    entry = html.Select(
        [html.Option(word, value=value) for value, word in ordered], name=name, id=identity, className="entry"
    )
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")

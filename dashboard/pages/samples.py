"""The seeded samples on `/assess`: a list of them, the results of one, and for assessors the forms to draw and send."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, press
from dashboard.grids.assessments import interval_with_method
from dashboard.locale import _, count_text, instant_text, language
from dashboard.parts import csv_link, empty, plain_table, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, unit_name
from metrics.models import Sample
from metrics.periods import format_period
from metrics.principal import Principal, Scope
from metrics.queries.blindness import is_blind
from metrics.queries.samples import Share, found_counts, read_sample, samples
from metrics.rounding import shown_share

Component = Any
_SHEETS = ".csv,.xlsx"


def samples_section(reading: Reading) -> list[Component]:
    """Nothing for those from whom samples are kept, and nothing on pages that show what was known earlier."""
    principal = reading.principal
    if principal is None or principal.is_bound_to_units or not principal.may(Scope.READ) or not reading.view.is_now:
        return []
    drawn = samples(reading.session)
    form = [_draw_form(reading)] if principal.may(Scope.RECORD_ASSESSMENT) else []
    if not drawn:
        none = empty(_("No sample has been drawn yet"), _("A seed decides which cells an assessor looks at."))
        return [section(_("Seeded samples"), none, *form)]
    asked = reading.address.keeps("sample")
    chosen = next((sample for sample in drawn if asked in (None, str(sample.number))), None)
    results = _unknown(reading, asked or "") if chosen is None else _results(reading, principal, chosen)
    return [section(_("Seeded samples"), _list(reading, principal, drawn), *form, *results)]


def _unknown(reading: Reading, asked: str) -> list[Component]:
    """An address that names a sample which was never drawn must not show another one's results."""
    newest = dcc.Link(_("Show the newest sample"), href=reading.address.keeping(sample=None))
    return [empty(_("There is no sample {number}", number=asked[:40]), newest)]


def _is_kept(principal: Principal, sample: Sample) -> bool:
    """While assessment is blind nobody sees what another assessor found."""
    return is_blind(principal) and sample.user_id != principal.user_id


def _list(reading: Reading, principal: Principal, drawn: Sequence[Sample]) -> Component:
    found = found_counts(reading.session)
    headings = [_("No."), _("Seed"), _("Periods"), _("Drawn by"), _("Cells"), _("Checked"), _("Worksheet")]
    rows = [
        [
            dcc.Link(count_text(sample.number), href=reading.address.keeping(sample=str(sample.number))),
            html.Code(sample.seed, className="seed"),
            _(", ").join(sample.periods),
            [sample.actor, html.Br(), _when(reading, sample)],
            count_text(len(sample.cells)),
            _("hidden from you") if _is_kept(principal, sample) else count_text(found.get(sample.number, 0)),
            [_sheet(sample, "csv"), " ", _sheet(sample, "xlsx")],
        ]
        for sample in drawn
    ]
    return scrolled(plain_table(_("Seeded samples"), headings, rows), name="samples")


def _when(reading: Reading, sample: Sample) -> Component:
    return html.Span(instant_text(sample.recorded_at, timezone=reading.timezone), className="note")


def _sheet(sample: Sample, form: str) -> Component:
    href = f"/api/v1/samples/{sample.number}.{form}?lang={language()}"
    named = _("Worksheet of sample {number} as {form}", number=sample.number, form=form.upper())
    return html.A(form.upper(), href=href, download="", className="quiet-link", **{"aria-label": named})


def _results(reading: Reading, principal: Principal, sample: Sample) -> list[Component]:
    """Share confirmed of each unit, and the form that sends the filled sheet of one's own sample."""
    head = html.H3(_("Results of sample {number}", number=sample.number))
    csv = csv_link(f"/api/v1/samples/{sample.number}/results.csv?lang={language()}&bom=1")
    if _is_kept(principal, sample):
        return [head, html.P(_("Assessment is blind: what another assessor found is not shown."), className="note")]
    read = read_sample(reading.session, sample.number, principal=principal)
    headings = [
        _("Unit"),
        _("Share confirmed"),
        _("95 % interval"),
        _("If the unchecked were all wrong – all right"),
        _("Confirmed"),
        _("No evidence"),
        _("Checked"),
        _("Drawn"),
        _("Cells in all"),
    ]
    shares = read.shares
    table = plain_table(
        _("Results of each unit"), headings, [_result(reading, share, units=len(shares) - 1) for share in shares]
    )
    own = sample.user_id == principal.user_id and principal.may(Scope.RECORD_ASSESSMENT)
    design = html.P(_design(sample, shares[-1], units=len(shares) - 1), className="note")
    return [head, scrolled(table, name="sample-results"), html.P(csv), design, *([_send_form(sample)] if own else [])]


def _result(reading: Reading, share: Share, *, units: int) -> list[Component]:
    percent, interval = share.percent, share.interval
    counts = (share.confirmed, share.no_evidence, share.found, share.drawn, share.population)
    return [
        _row_name(reading, share, units=units),
        NOTHING if percent is None else f"{shown_share(percent)} %",
        NOTHING if interval is None else interval_with_method(interval, unit=" %"),
        f"{shown_share(share.worst)} – {shown_share(share.best)} %" if share.unchecked else NOTHING,
        *(count_text(count) for count in counts),
    ]


def _row_name(reading: Reading, share: Share, *, units: int) -> str:
    """An estimate of some units only does not call itself one of all."""
    if share.unit is None:
        partly = {"n": count_text(share.covered), "units": count_text(units)}
        return _("{n} of {units} units, weighted", **partly) if share.covered < units else _("All units, weighted")
    unit = reading.plan.unit_by_code.get(share.unit)
    return share.unit if unit is None else unit_name(unit)


def _design(sample: Sample, whole: Share, *, units: int) -> list[str]:
    """How the sample was drawn, what became of it, and what the figures rest on."""
    drawn = _(
        "Design: {drawn} of {all} cells, drawn at random within each of {units} units (strata) by the seed {seed}; a"
        " cell checked stands for the unit's cells ÷ cells checked.",
        drawn=count_text(whole.drawn),
        all=count_text(whole.population),
        units=count_text(units),
        seed=sample.seed,
    )
    unchecked = _(
        "Not checked: {n} ({rate} % of those drawn). They are left out of the share, as if they were like those"
        " checked; beside the interval stands how far they could move it.",
        n=count_text(whole.unchecked),
        rate=shown_share(Fraction(100 * whole.unchecked, whole.drawn)),
    )
    return [drawn, " ", *([unchecked, " "] if whole.unchecked else []), _("No evidence counts as not confirmed.")]


def _draw_form(reading: Reading) -> Component:
    """A repeated press draws once."""
    month = "" if reading.month is None else format_period(reading.month.period)
    form = asking_form(
        "sample.draw",
        _entry("periods", _("Months, separated by commas"), value=month, placeholder="2019-08, 2019-09", required=True),
        _entry("per_unit", _("Cells of each unit"), value="3", inputMode="numeric", required=True),
        _entry("seed", _("Seed (leave empty to have one drawn)"), maxLength=100),
        press(_("Draw the sample"), main=True),
        once=True,
        name="assess-form",
    )
    return folded(_("Draw a sample"), form)


def _entry(name: str, label: str, **properties: Any) -> Component:
    identity = f"sample-{name}"
    entry = dcc.Input(id=identity, name=name, type="text", className="entry", **properties)
    return html.Div([html.Label(label, htmlFor=identity), entry], className="field")


def _send_form(sample: Sample) -> Component:
    """Its button asks for the file; assets/src/acts/posting.js sends that as it is."""
    return html.Form(
        [
            press(_("Send the filled sheet of sample {number} …", number=sample.number)),
            html.P("", className="said", role="status", **{"data-said": ""}),
        ],
        key=f"findings-{sample.number}",
        className="short-form",
        **{
            "data-post": f"/api/v1/samples/{sample.number}/findings",
            "data-file": _SHEETS,
            "data-done": _("Recorded."),
            "data-failed": _("The service could not be reached; nothing was recorded."),
        },
    )

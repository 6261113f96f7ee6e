"""The files of a record in its form: chosen and uploaded on the spot, then ticked; and which of them an ask names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.locale import _, language
from dashboard.window.ask import Ask
from dashboard.window.reading import Reading
from metrics.errors import Invalid, Message, Problem
from metrics.forms import as_given
from metrics.queries.attachments import MOST_ATTACHMENTS, attachments_of, attachments_of_unit
from metrics.supervision.file_kinds import LARGEST_ATTACHMENT, attachment_too_large

Component = Any
_OFFERED = timedelta(days=60)  # how long a file that was uploaded is offered to be carried
_MOST_OFFERED = 20
_KINDS = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"


def attach_field(reading: Reading, unit: str, *, carried: Sequence[int] = ()) -> Component:
    """The files of a record of `unit`, in a form that asks: `carried` are ticked, and what was uploaded lately can be.

    Whoever may upload for the unit has a button that does so at once, without the form being drawn anew: what is typed
    stays (src/acts/attaching.js). None where there is neither.
    """
    principal = reading.principal
    uploads = principal is not None and principal.may_post_for(unit)
    boxes = _boxes(reading, unit, carried)
    if not uploads and boxes is None:
        return None
    inside = [html.Legend(_("Attachments")), *([boxes] if boxes is not None else [])]
    if not uploads:
        return html.Fieldset(inside, className="field field-wide")
    size = LARGEST_ATTACHMENT // 1024**2
    hint = _("PDF, DOCX, XLSX, JPEG or PNG; at most {most} files of {size} MB each.", most=MOST_ATTACHMENTS, size=size)
    inside += [
        html.Ul([], className="attached", **{"data-attached": ""}),
        html.Button(_("Choose files …"), type="button", className="button", **{"data-does": "attach"}),
        html.Small(hint, className="note"),
        html.Div([], role="status", **{"data-said": ""}),
    ]
    facts = {"unit": unit, "kinds": _KINDS, "most": MOST_ATTACHMENTS, "largest": LARGEST_ATTACHMENT, "words": _words()}
    return html.Fieldset(inside, className="field field-wide", **{"data-attaching": json.dumps(facts)})


def _words() -> dict[str, str]:
    return {
        "too_large": attachment_too_large().message.in_language(language()),
        "too_many": _("Not uploaded: a record carries at most {most} files. Untick one first."),
        "sending": _("Uploading {name} …"),
        "kept": _("{name} is attached"),
        "failed": _("The file could not be sent; nothing was stored. Try again."),
        "refused": "{name}" + _(": ") + "{why}",
    }


def _boxes(reading: Reading, unit: str, carried: Sequence[int]) -> Component:
    """Files that can be carried: those that are, and what was uploaded lately."""
    offered = {file.seq: file for file in attachments_of(reading.session, carried)}
    for file in attachments_of_unit(reading.session, unit, since=datetime.now(UTC) - _OFFERED)[:_MOST_OFFERED]:
        offered.setdefault(file.seq, file)
    if not offered:
        return None
    boxes = [dmc.Checkbox(label=file.name, value=str(number)) for number, file in offered.items()]
    return dmc.CheckboxGroup(boxes, value=[str(number) for number in carried if number in offered])


def attached(asked: Ask) -> tuple[int, ...]:
    """The numbers of the files that are ticked. Raises Invalid for one that is no number."""
    for given in asked.chosen:
        if not (given.isascii() and given.isdigit() and len(given) <= 15):
            message = Message("附件编号须为数字。", "The number of a file is a whole number.")
            problem = Problem("attachment_unknown", message, "/attachments", given=as_given(given))
            raise Invalid("attachment_unknown", message, [problem])
    return tuple(map(int, asked.chosen))

"""What stands behind a link to sign a unit's material: its words, the task reports and files that it carries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dashboard.locale import _, instant_text, language, month_text
from dashboard.words.materials import body_label, seen_words
from dashboard.words.tasks import task_state_word
from metrics.commands.record_material_act import MaterialRecorded
from metrics.database import ReadSession
from metrics.plan.model import Plan
from metrics.queries.material_sheet import MaterialSheet
from metrics.queries.materials import material_for
from metrics.supervision.bodies import bodies


def material_sheet(plan: Plan, sheet: MaterialSheet, *, expires_at: datetime) -> dict[str, Any]:
    """What the template is filled with."""
    sent, leader, zone = sheet.material.sent, sheet.leader, plan.document.timezone
    titles = {task.number: task.title.in_language(language()) for task in plan.tasks}
    facts = [
        (_("Unit"), body_label(sheet.body)),
        (_("Month"), month_text(sent.period)),
        (_("Revision"), str(sent.revision)),
        (_("Sent by"), sheet.sent_by),
        (_("First submitted"), instant_text(sheet.material.first_sent_at, timezone=zone)),
        (_("Seen by the head"), seen_words(sheet.material.seen)),
        (_("Leader"), "" if leader is None else f"{leader.name} {leader.title}".strip()),
        (_("Link valid until"), instant_text(expires_at, timezone=zone)),
    ]
    said = [
        (_("Why it is revised"), sent.reason),
        (_("Overall progress"), sent.summary),
        (_("Problems"), sent.problems),
        (_("Planned for the next month"), sent.next_month),
    ]
    return {
        "title": _("Material of {unit}, {month}", unit=body_label(sheet.body), month=month_text(sent.period)),
        "facts": facts,
        "said": [(term, text) for term, text in said if text],
        "lines": [
            (f"{one.task} {titles.get(one.task, '')}", task_state_word(one.state), one.text) for one in sheet.said
        ],
        "files": [(file.name, file.sha256.hex()) for file in sheet.files],
        "press": _("Sign revision {n}", n=sent.revision),
    }


def told_of_material(session: ReadSession, plan: Plan, signed: MaterialRecorded) -> str:
    """That it is signed: whose, by whom, when."""
    material = material_for(session, signed.unit, signed.period)
    leader = "" if material is None or material.signed is None else material.signed.detail["leader"]
    return _(
        "{unit}: revision {n} signed off by {leader} on {moment} (no. {seq})",
        unit=body_label(bodies(plan)[signed.unit]),
        n=signed.revision,
        leader=leader,
        moment=instant_text(signed.recorded_at, timezone=plan.document.timezone),
        seq=signed.seq,
    )

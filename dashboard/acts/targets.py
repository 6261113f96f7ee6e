"""An evaluator's revision of a target: tried, with everything that it would change, and then recorded as tried."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.acts.forms import asking_form, press
from dashboard.grids.consequences import consequences
from dashboard.locale import _, language
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome, refused
from metrics.authority import authority_of
from metrics.commands.asked_target import standing_target
from metrics.commands.replaced_targets import withdrawal
from metrics.commands.revise_target import TriedTarget, revise_target, try_target
from metrics.database import read_session, write_session
from metrics.errors import BadRequest, Conflict, Invalid, Message, Stale
from metrics.json_object import read_json_object
from metrics.plan.cited_texts import MOST_NAMED, found_in, looked_in
from metrics.plan.model import Citation, Plan, Target
from metrics.plan.store import plan_at
from metrics.principal import Principal

TRY, SET, EVERY = "try", "set", "every"  # what the buttons of the forms say
_BETWEEN = re.compile(r"[\s,，、;；]+")


def revise(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: the same revision a second time would change nothing and is refused."""
    code = asked.field("target")
    if asked.field("step") == SET:
        return _record(asked, principal, code)
    try:
        with read_session(authority_of(principal)) as session:
            plan = plan_at(session)
            _require_as_shown(asked, plan, code)
            body, every = _body(asked, plan, code), asked.field("step") == EVERY
            tried = try_target(session, principal=principal, code=code, body=body, every_month=every)
    except Invalid as error:
        return [refused(error, field=_name_of_field)]
    if tried.changes:
        said = _("Nothing is recorded yet. This is what would change")
    else:
        said = _("Nothing is recorded yet. No verdict, no place and no rolled-up figure would change")
    return [Outcome(False, said, _offer(plan, code, json.dumps(body, ensure_ascii=False), tried), tried=True)]


def _name_of_field(pointer: str) -> str:
    """The name on the page of the field that a pointer into a revision leads to, the nearest that has one."""
    names = {
        "threshold": _("Threshold"),
        "comparator": _("Comparison"),
        "due_on": _("Due date"),
        "verification_window/start": _("Verification window from"),
        "verification_window/end": _("Verification window to"),
        "effective_from": _("Effective from"),
        "trajectory": _("Agreed trajectory"),
        "name/zh": _("Name in Chinese"),
        "name/en": _("Name in English"),
        "exclusions/code": _("One more exclusion: its code"),
        "reason": _("Reason"),
    }
    place = "/".join(step for step in pointer.split("/")[1:] if not step.isdigit())
    return next((said for start, said in names.items() if f"{place}/".startswith(f"{start}/")), "")


def shown_revision(plan: Plan, code: str) -> str:
    """What a form about the target `code` says it was drawn from: its newest revision, for whomever that is."""
    return str(plan.target_revisions[code][-1].revision)


def _require_as_shown(asked: Ask, plan: Plan, code: str) -> None:
    """A form sends every field as it was drawn: tried after another revision, it would take that one back unsaid."""
    if code in plan.target_revisions and asked.field("seen") != shown_revision(plan, code):
        newest = shown_revision(plan, code)
        message = Message(
            f"打开本页之后,该目标又记录了第 {newest} 版,未保存任何内容。表单已换成现行内容,请核对后重新填写。",
            f"Since this page was opened, revision {newest} of the target was recorded; nothing was stored. The form "
            "now shows what stands: check it, and enter your change again.",
        )
        raise Stale("target_revised_since", message)


def _record(asked: Ask, principal: Principal, code: str) -> Sequence[Outcome]:
    body = _tried_body(asked.field("body"))
    try:
        with write_session(authority_of(principal)) as session:
            done = revise_target(session, code, principal=principal, body=body, tried=asked.field("tried"))
    except Conflict as error:
        if error.code != "tried_changed":
            raise
        return [_anew(principal, code, asked.field("body"), error)]
    said = _("Revision {number} is recorded (no. {seq})", number=done.target.revision, seq=done.seq)
    return [Outcome(True, said)]


def _anew(principal: Principal, code: str, body: str, error: Conflict) -> Outcome:
    """What was tried no longer holds: nothing is recorded, and it is shown anew."""
    with read_session(authority_of(principal)) as session:
        tried = try_target(session, principal=principal, code=code, body=_tried_body(body))
        plan = plan_at(session)
    said = _("Something was recorded meanwhile, so nothing was stored. This is what would change now")
    return Outcome(False, said, _offer(plan, code, body, tried), error)


def _offer(plan: Plan, code: str, body: str, tried: TriedTarget) -> html.Div:
    """What would change, and the button that records exactly this. `body`: of the revision, as JSON."""
    given = {"target": code, "step": SET, "tried": tried.digest, "body": body}
    form = asking_form("target.revise", press(_("Record this revision"), main=True), fields=given, about=tried.digest)
    cited = tried.target.citations if "citations" in json.loads(body) else ()
    lines = [html.P(_cited_from(plan, one), className="note") for one in cited]
    outdated = html.P(_("The form was changed after it was tried: try it again"), className="note outdated-note")
    return html.Div([*lines, consequences(plan.with_revision(tried.target), tried), form, outdated])


def _cited_from(plan: Plan, citation: Citation) -> str:
    """Where in the plan the clause stands; of one that stands nowhere there, what was looked in."""
    found = found_in(plan, citation.quote, task=citation.task)
    if found:
        places = _(", ").join(one.name.in_language(language()) for one in found[:MOST_NAMED])
        return _("The clause stands word for word in: {places}.", places=places)
    return _(
        "The clause is taken as quoted from {where}: it does not occur in this plan. Searched: {texts}.",
        where=citation.where,
        texts=looked_in(plan).in_language(language()),
    )


def _tried_body(text: str) -> dict[str, Any]:
    """The body that the page itself sent along; whatever else somebody sends is no revision."""
    try:
        return read_json_object(text.encode())
    except BadRequest as odd:
        raise BadRequest(
            "asked_malformed",
            Message("无法理解该请求,未保存任何内容。", "The request cannot be understood; nothing was stored."),
        ) from odd


def _body(asked: Ask, plan: Plan, code: str) -> dict[str, Any]:
    """The body of the revision that the form says; a field that it does not have is left as it stands."""
    if asked.field("withdraws") and code in plan.general_targets:
        unit = asked.field("withdraws")
        return (withdrawal(plan, code, None if unit == "all" else unit) or {}) | {
            "reason": asked.field("reason").strip()
        }
    units = [ticked.removeprefix("unit:") for ticked in asked.chosen if ticked.startswith("unit:")]
    body: dict[str, Any] = {name: asked.field(name).strip() for name in ("effective_from", "reason")}
    body["effective_from"] = body["effective_from"] or None
    if units:
        body["for_units"] = units
    replaced = [one.removeprefix("replaces:") for one in asked.chosen if one.startswith("replaces:")]
    if replaced:
        body["replaces"] = int(replaced[0]) if replaced[0].isdecimal() else replaced[0]
    if asked.field("ends_own"):
        return body | {"ends_own": True}
    standing = standing_target(plan, code, units, []) if code in plan.general_targets else None
    for name in ("threshold", "comparator", "due_on"):
        if name in asked.fields:
            body[name] = asked.field(name).strip() or None
    if "window_start" in asked.fields:
        ends = {"start": asked.field("window_start").strip(), "end": asked.field("window_end").strip()}
        body["verification_window"] = ends if any(ends.values()) else None
    if "trajectory" in asked.fields:
        body["trajectory"] = _waypoints(asked.field("trajectory"))
    if asked.field("name_zh") or asked.field("name_en"):
        body["name"] = {"zh": asked.field("name_zh").strip(), "en": asked.field("name_en").strip()}
    return body | _marked(asked, standing) | _cited(asked, plan)


def _marked(asked: Ask, standing: Target | None) -> dict[str, Any]:
    """Scope and exclusions, by what is ticked."""
    ticked = {
        kind: [one.partition(":")[2] for one in asked.chosen if one.startswith(f"{kind}:")]
        for kind in ("scope", "exclusion")
    }
    found: dict[str, Any] = {"scope_units": ticked["scope"]}
    more = _exclusion(asked)
    if standing is not None and (standing.exclusions or more):
        kept = [one for one in standing.exclusions if one.code in ticked["exclusion"]]
        found["exclusions"] = [one.model_dump(mode="json") for one in kept] + more
    return found


def _exclusion(asked: Ask) -> list[dict[str, Any]]:
    """The exclusion that is added; one with a text and no code is sent along, for the refusal to name."""
    code = asked.field("exclusion_code").strip()
    texts = {
        field: {spoken: asked.field(f"exclusion_{field}_{spoken}").strip() for spoken in ("zh", "en")}
        for field in ("name", "effect", "evidence")
    }
    if not code and not any(said for text in texts.values() for said in text.values()):
        return []
    return [{"code": code, "element": asked.field("exclusion_element").strip() or None, **texts}]


def _cited(asked: Ask, plan: Plan) -> dict[str, Any]:
    """The clause; one of the plan on the line of its text, task or deadline, on which it stands."""
    where, quote, number = (asked.field(name).strip() for name in ("where", "quote", "task"))
    if not (where or quote or number):
        return {}
    stands = found_in(plan, quote, task=int(number[:9]) if number.isascii() and number.isdigit() else None)
    cited: dict[str, Any] = {"where": where, "line": next((one.line for one in stands if one.line), 1), "quote": quote}
    if number.isascii() and number.isdigit():
        task = next((one for one in plan.tasks if str(one.number) == number), None)
        cited["task"] = int(number[:9])
        if task is not None:
            heading = next(group.heading.zh for group in plan.groups if group.code == task.group)
            cited["where"] = where or f"{heading}/{task.number}"
    return {"citations": [cited]}


def _waypoints(text: str) -> list[dict[str, str]]:
    """`2020-03-31=80 2020-06-30=90`; what is neither stays as written, for the refusal to name."""
    found = []
    for one in filter(None, _BETWEEN.split(text.strip())):
        on, _equals, value = one.replace("：", "=").replace(":", "=").replace("＝", "=").partition("=")
        found.append({"on": on, "value": value.rstrip("%％")})
    return found

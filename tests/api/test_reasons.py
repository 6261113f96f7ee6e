"""Everywhere a reason is asked for it is shown to whom the rights say, in the API and on a page, and to nobody else.

Which operations ask for one comes from the OpenAPI document, so that none that is added can be forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.builders import PERIOD, whole_submission
from tests.callers import Caller, caller
from tests.dashboard.drawn import signed_in, use_secret, window
from tests.matrices import dealt
from tests.metrics.commands.test_revise_target import CITATION, new_target, revision
from tests.units_apart import OTHER, OWN, V1

PEOPLE = {
    "reviewer": (Role.REVIEWER, None),
    "evaluator": (Role.EVALUATOR, None),
    "assessor": (Role.ASSESSOR, None),
    "clerk": (Role.CLERK, {OTHER}),
    "neighbour": (Role.CLERK, {OWN}),
}
READERS = ("evaluator", "clerk", "neighbour")  # of the bureau, of the unit, of another unit
HOUSE = frozenset({"evaluator"})
UNIT = HOUSE | {"clerk"}  # and the unit that it is about
EVERYBODY = frozenset(READERS)
SUBMISSION, SUBMITTED = "/submissions/{id}", f"/units/{OTHER}?month={PERIOD}"
HISTORY, PERIODS = f"/periods/{PERIOD}/history", f"/periods?period={PERIOD}"
TARGET = f"/targets/TG-NEW?month={PERIOD}"
# Sends submissions like the form and the route for one: metrics/commands/post_file.py has the same events written.
_AS_POSTED = {"post /submissions/files"}


@dataclass(frozen=True)
class Asked:
    """Something for which a reason is asked, and where it is read. `shown`: to whom, on both."""

    operation: str
    by: str
    path: str
    body: Mapping[str, Any]
    api: str
    page: str
    shown: frozenset[str] = UNIT
    revises: str = ""  # the address whose ETag is named
    before: Mapping[str, Any] | None = field(default=None)  # what has to be there first
    etag: str = ""  # the one that is named, where it is known beforehand
    steps: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()  # by whom, where and what has to be done before


def _acts() -> Iterator[Asked]:
    assessed = {"unit": OTHER, "period": PERIOD, "indicator": "online_rate", "numerator": 1, "denominator": 2}
    assessed |= {"method": "interview", "evidence": "https://example.org/1"}
    reported = {"unit": OTHER, "period": PERIOD, "state": "in_progress", "text": "进行中", "evidence": ""}
    light = {"unit": OTHER, "target": "TG-05A", "period": PERIOD, "light": "amber"}
    whole = whole_submission(OTHER)
    yield Asked(
        "post /submissions", "clerk", "/submissions", whole_submission(OTHER, items_instant=351),
        SUBMISSION, SUBMITTED, revises=SUBMISSION, before=whole,
    )  # fmt: skip
    yield _step("verify")
    yield _step("reopen")
    yield from _of_periods()
    yield Asked("post /overrides", "evaluator", "/overrides", light, "/overrides.json", SUBMITTED)
    # What an assessor notes of an assessment is not told to the unit (docs/assessments.md).
    yield Asked(
        "post /assessments/{assessment_id}/revisions", "assessor", "/assessments/{id}/revisions",
        {**assessed, "numerator": 2}, "/assessments", f"/assess?month={PERIOD}", HOUSE, "/assessments/{id}", assessed,
    )  # fmt: skip
    yield from _of_the_plan()
    yield Asked(
        "post /tasks/{number}/reports", "clerk", "/tasks/11/reports", {**reported, "text": "已完成"},
        "/task_reports.json?history=true", f"/tasks/11?month={PERIOD}&unit={OTHER}",
        revises="etag of the answer", before=reported,
    )  # fmt: skip
    yield from _of_tasks()
    yield from _of_rounds()
    yield from _of_the_calendar()
    yield _of_bulletins()
    yield _of_material()
    yield from _of_work_plans()
    held = {"duty": "liaison", "name": "联络人", "title": "科员", "effective_from": "2019-01-01"}
    people = f"/units/{OTHER}/people"
    yield Asked("post /units/{code}/people", "reviewer", people, held, people, f"/units/{OTHER}")
    yield _step("return")  # last: what was sent back does not count on the pages above


def _of_work_plans() -> Iterator[Asked]:
    page = f"/work-plans/{OTHER}/2020"
    plan = {"unit": OTHER, "year": 2020, "measures": [{"text": "梳理", "due_on": "2020-06-30"}]}
    yield Asked(
        "post /work-plans", "clerk", "/work-plans", {**plan, "summary": "重新安排"}, "/work_plans.json?history=true",
        page, revises="etag of the answer", before=plan,
    )  # fmt: skip
    money = {"unit": OTHER, "year": 2020, "source": "city", "arranged": "1", "paid": "0"}
    yield Asked(
        "post /funding", "clerk", "/funding", {**money, "paid": "0.5"}, "/fundings.json?history=true",
        page, revises="etag of the answer", before=money,
    )  # fmt: skip


def _of_rounds() -> Iterator[Asked]:
    path, page = "/phases/PH2", f"/phases/PH2?month={PERIOD}"
    yield Asked(
        "post /phases/rule", "evaluator", "/phases/rule", {"binding": "window_end"}, "/phases/rule", page, EVERYBODY
    )  # fmt: skip
    found = {"unit": OTHER, "target": "TG-19B", "severity": "minor", "due_on": "2999-12-31"}
    for number, step in enumerate(("withdraw", "close", "return"), start=1):
        raised = ("reviewer", f"{path}/findings", {**found, "text": f"窗口未设({number})"})
        answered = ("clerk", f"{path}/rectifications", {"finding": number, "text": "已设窗口"})
        yield Asked(
            f"post /phases/{{phase}}/findings/{{number}}/{step}", "reviewer", f"{path}/findings/{number}/{step}", {},
            f"{path}/rectifications", f"{path}/findings/{number}", steps=(raised, answered)[: 1 + (step != "withdraw")],
        )  # fmt: skip
    yield from _of_scores()
    sheet = {
        "unit": OTHER,
        "summary": "总体平稳",
        "remarks": dict.fromkeys(("TG-04A", "TG-19A", "TG-19B", "TG-G1A", "TG-G1B"), "补齐"),
    }
    yield Asked(
        "post /phases/{phase}/self-assessments", "clerk", f"{path}/self-assessments", {**sheet, "summary": "基本平稳"},
        "/self_assessments.json?history=true", f"{path}/units/{OTHER}",
        steps=(("clerk", f"{path}/self-assessments", sheet),),
    )  # fmt: skip


def _of_scores() -> Iterator[Asked]:
    page = f"/scores?month={PERIOD}"
    rule = {"valid_from": PERIOD, "weights": dict.fromkeys(("attainment", "timeliness", "slips", "inquiry"), 2)}
    yield Asked(
        "post /scores/weights", "reviewer", "/scores/weights", rule, "/score_rules.json", page, EVERYBODY
    )  # fmt: skip
    score = {"unit": OTHER, "round": "2018", "form": "interview", "score": 80, "full_marks": 100}
    score |= {"measured_on": "2019-01-20", "evidence": "https://example.org/1"}
    yield Asked(
        "post /tasks/{number}/inquiries", "reviewer", "/tasks/39/inquiries", {**score, "score": 81},
        "/inquiries.json?history=true", page, revises="etag of the answer", before=score,
    )  # fmt: skip


def _of_bulletins() -> Asked:
    path = f"/bulletins/{PERIOD}"
    return Asked(
        "post /bulletins/{period}", "reviewer", path, {"act": "issue"}, f"{path}/versions", path, EVERYBODY,
        steps=tuple(("reviewer", path, {"act": act}) for act in ("draft", "issue", "draft")),
    )  # fmt: skip


def _of_the_calendar() -> Iterator[Asked]:
    path, body = "/announcements/{id}", {"what": "release", "due_on": "2999-12-30"}
    for act, more in (("move", {"due_on": "2999-12-31"}), ("withdraw", {})):
        yield Asked(
            f"post /announcements/{{announcement}}/{act}", "evaluator", f"{path}/{act}", more, "/announcements",
            "/releases", EVERYBODY, revises="the announcement", before={**body, "title": act},
        )  # fmt: skip


def _of_material() -> Asked:
    material = {"unit": OTHER, "period": PERIOD, "summary": "平稳", "problems": "无", "next_month": "继续"}
    return Asked(
        "post /materials", "clerk", "/materials", {**material, "problems": "人手不足"},
        "/materials.json?history=true", f"/materials/{OTHER}/{PERIOD}",
        revises="etag of the answer", before=material,
    )  # fmt: skip


def _of_tasks() -> Iterator[Asked]:
    for step in ("confirm", "return"):  # past the lead unit
        yield Asked(
            f"post /tasks/{{number}}/reports/{{unit}}/{{period}}/{step}", "reviewer",
            f"/tasks/11/reports/{OTHER}/{PERIOD}/{step}", {}, "/task_checks.json",
            f"/tasks/11?month={PERIOD}&unit={OTHER}", etag=f'"task-11-{OTHER}-{PERIOD}-2"',
        )  # fmt: skip
    marked = {"unit": OTHER, "subject": "某系统"}
    task = f"/tasks/31?month={PERIOD}"
    yield Asked(
        "post /tasks/{number}/sanctions", "reviewer", "/tasks/31/sanctions", marked, "/task_sanctions.json", task
    )  # fmt: skip
    other = {"unit": OTHER, "subject": "另一系统", "reason": "未接入"}
    yield Asked(
        "post /tasks/{number}/sanctions/{mark}/lift", "reviewer", "/tasks/31/sanctions/{id}/lift", {},
        "/task_sanctions.json", task, revises="the mark", before=other,
    )  # fmt: skip


def _of_periods() -> Iterator[Asked]:
    excepted = {"unit": OTHER, "until": "2999-12-31"}
    periods = "post /periods/{period}"
    yield Asked(f"{periods}/exceptions", "reviewer", f"/periods/{PERIOD}/exceptions", excepted, HISTORY, PERIODS)
    ended = f"/periods/{PERIOD}/exceptions/{OTHER}/end"
    yield Asked(f"{periods}/exceptions/{{unit}}/end", "reviewer", ended, {}, HISTORY, PERIODS)
    yield Asked(f"{periods}/lock", "reviewer", f"/periods/{PERIOD}/lock", {}, HISTORY, PERIODS, EVERYBODY)
    yield Asked(f"{periods}/unlock", "reviewer", f"/periods/{PERIOD}/unlock", {}, HISTORY, PERIODS, EVERYBODY)


def _of_the_plan() -> Iterator[Asked]:
    yield Asked("post /targets", "evaluator", "/targets", new_target(), "/targets.json", TARGET, EVERYBODY)
    revised = revision(threshold=80, citations=[CITATION])
    path = "/targets/{code}/revisions"
    yield Asked(
        f"post {path}", "evaluator", path.format(code="TG-NEW"), revised, "/targets.json", TARGET, EVERYBODY
    )  # fmt: skip
    weighed = {"weights": {"TG-05A": 2}}
    yield Asked(
        "post /weights", "evaluator", "/weights", weighed, "/weights", f"/leaderboard?month={PERIOD}", EVERYBODY
    )


def _step(name: str) -> Asked:
    operation = f"post /submissions/{{submission_id}}/{name}"
    return Asked(operation, "reviewer", f"{SUBMISSION}/{name}", {}, SUBMISSION, SUBMITTED, revises=SUBMISSION)


def test_every_operation_that_asks_for_a_reason_is_here(application: FastAPI) -> None:
    document = application.openapi()
    asking = {
        f"{method} {path.removeprefix(V1)}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for body in operation.get("requestBody", {}).get("content", {}).values()
        if "reason" in _properties(document, body["schema"])
    }
    # A first assessment takes none: the same body serves its revisions.
    assert asking - _AS_POSTED - {"post /assessments"} == {act.operation for act in _acts()}


def _properties(document: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _properties(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    parts = [part for how in ("anyOf", "oneOf", "allOf") for part in schema.get(how, ())]
    return set(schema.get("properties", ())).union(*(_properties(document, part) for part in parts))


def test_a_reason_is_shown_to_whom_the_rights_say_in_the_api_and_on_a_page(
    client: TestClient, session: WriteSession
) -> None:
    people = {name: caller(client, session, f"the.{name}", role, units) for name, (role, units) in PEOPLE.items()}
    secrets = {name: signed_in(session, f"the.{name}") for name in READERS}
    made: dict[str, int] = {}
    odd = []
    for number, act in enumerate(_acts()):
        reason = f"因由第{number}号"
        api = _done(people, act, reason, made)
        # A page is opened by one who is to see it, and by one who is not.
        looking = [*dealt(sorted(act.shown), number), *dealt(sorted(EVERYBODY - act.shown), number)]
        for way, readers in (("api", READERS), ("page", looking)):
            shown = {name for name in readers if reason in _read(client, people[name], secrets[name], api, act, way)}
            if shown != act.shown.intersection(readers):
                odd.append((act.operation, way, sorted(readers), sorted(shown)))
    assert not odd, "\n".join(map(str, odd))


def _done(people: Mapping[str, Caller], act: Asked, reason: str, made: dict[str, int]) -> str:
    """Has the act done; the address at which the API tells of it. `made`: the numbers of what is there, by address."""
    who, etag = people[act.by], act.etag
    for by, path, body in act.steps:
        etag = _posted(people[by], path, body, etag).headers.get("etag", "")
    if act.before is not None:
        first = _posted(who, act.path.partition("/{id}")[0], act.before)
        named = (first.json().get(name) for name in ("id", "mark", "announcement"))
        made[act.revises], etag = next(filter(None, named), 0), first.headers.get("etag", "")
    number = made.get(act.revises, 0)
    if "{id}" in act.revises:
        etag = who.client.get(V1 + act.revises.format(id=number), headers=who.headers).headers["etag"]
    _posted(who, act.path.format(id=number), {**act.body, "reason": reason}, etag)
    return act.api.format(id=number)


def _posted(who: Caller, path: str, body: object, etag: str = "") -> Any:
    headers = {**who.headers, "Idempotency-Key": f"{path} {json.dumps(body)[-200:]} {etag}".encode().hex()[-100:]}
    answer = who.client.post(V1 + path, json=body, headers=headers | ({"If-Match": etag} if etag else {}))
    assert answer.status_code in (200, 201), (path, answer.json())
    return answer


def _read(client: TestClient, who: Caller, secret: str, api: str, act: Asked, way: str) -> str:
    client.cookies.clear()
    if way == "api":
        return str(client.get(V1 + api, headers=who.headers).text)
    use_secret(client, secret)
    path, _, search = act.page.partition("?")
    return json.dumps(window(client, path, f"?{search}" if search else ""), ensure_ascii=False)

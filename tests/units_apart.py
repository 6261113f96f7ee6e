"""Two units with everything that one must not learn of the other: secrets by which a leak is known."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.attached import a_pdf
from tests.builders import PERIOD, whole_submission
from tests.callers import Caller, Response, caller

OWN, OTHER = "441202", "441203"
# Counts that no rate is made of, reasons, notes, and how people are reached: of the other unit.
SITE, NOTE, REASON, RETURNED, EXCEPTED, LIGHT, REVISED, PHONE, EVIDENCE, DRAFT, SLIP = (
    "731",
    "秘密附注甲",
    "秘密更正原因乙",
    "秘密退回原因丙",
    "秘密延期原因丁",
    "秘密亮灯原因戊",
    "秘密任务更正原因己",
    "0758-9173461",
    "https://example.org/secret-4711",
    "秘密草稿辛",
    "秘密督办要求壬",
)
SECRETS = (NOTE, REASON, RETURNED, EXCEPTED, LIGHT, REVISED, PHONE, EVIDENCE, DRAFT, SLIP)
SECRET_ELEMENT = "items_cancelled"
V1 = "/api/v1"


@dataclass(frozen=True)
class Apart:
    """What of the other unit a request may name: numbers and versions. `task` has reports of both units."""

    submission: int
    etag: str
    contact: int
    assessment: int
    attachment: int
    material: int
    slip: str
    file: int
    layout: int
    key: str
    own_submission: int
    own_etag: str
    release: int


def two_units(client: TestClient, session: WriteSession) -> Apart:
    """Everything of both units, sent in by the API itself."""
    bureau = caller(client, session, "the.bureau", Role.REVIEWER)
    evaluator = caller(client, session, "the.evaluator", Role.EVALUATOR)
    assessor = caller(client, session, "the.assessor", Role.ASSESSOR)
    clerk = caller(client, session, "the.other", Role.CLERK, {OTHER})
    own = caller(client, session, "the.own", Role.CLERK, {OWN})
    mine = _done(own.post(whole_submission(OWN)), 201)
    theirs = clerk.post(whole_submission(OTHER, items_cancelled=int(SITE) - 1) | {"note": NOTE})
    number = _done(theirs, 201)["id"]
    changed = whole_submission(OTHER, items_cancelled=int(SITE)) | {"reason": REASON}
    revised = clerk.post(changed, If_Match=theirs.headers["etag"], Idempotency_Key="theirs")
    _done(revised, 201)
    _done(bureau.post({"reason": RETURNED}, to=f"/{number}/return"), 200)
    _send(bureau, f"/units/{OTHER}/people", {
        "duty": "liaison", "name": "联络人", "title": "科员", "effective_from": "2019-01-01", "phone": PHONE
    })  # fmt: skip
    _send(bureau, f"/periods/{PERIOD}/exceptions", {"unit": OTHER, "until": "2999-12-31", "reason": EXCEPTED})
    _send(evaluator, "/overrides", {
        "unit": OTHER, "target": "TG-05A", "period": PERIOD, "light": "amber", "reason": LIGHT
    })  # fmt: skip
    assessed = _send(assessor, "/assessments", {
        "unit": OTHER, "period": PERIOD, "indicator": "online_rate", "numerator": 1, "denominator": 2,
        "method": "interview", "evidence": EVIDENCE, "note": EVIDENCE,
    })  # fmt: skip
    file, layout = _put(session)
    released = _send(bureau, "/releases", {"notes": "三季度", "basis": "submitted"})
    session.commit()
    standing = bureau.get(f"/{number}").headers["etag"]
    return Apart(
        submission=number,
        etag=standing,
        contact=session.scalar(text("select max(seq) from people_contacts")) or 0,
        assessment=assessed["id"],
        **_of_supervision(clerk, bureau),
        file=file,
        layout=layout,
        key="theirs",
        own_submission=mine["id"],
        own_etag=own.get(f"/{mine['id']}").headers["etag"],
        release=released["number"],
    )


def _put(session: WriteSession) -> tuple[int, int]:
    """A draft, a refused file and a layout, as pages leave them behind; the numbers of the last two."""
    session.execute(
        text("insert into drafts values (:unit, '2019-10-01', 1, 'the.other', 'x', cast(:typed as jsonb), now())"),
        {"unit": OTHER, "typed": json.dumps({"values": {}, "note": DRAFT, "reason": "", "acknowledged": {}})},
    )
    user = session.scalar(text("select id from users where username = 'the.other'"))
    file = session.scalar(
        text(
            "insert into refused_files (user_id, name, kind, content, problems, recorded_at)"
            " values (:user, 'x.xlsx', 'xlsx', convert_to(:draft, 'UTF8'), '[]', now()) returning id"
        ),
        {"user": user, "draft": DRAFT},
    )
    layout = session.scalar(
        text(
            "insert into confirmed_layouts (unit_code, fingerprint, headings, confirmed_by, confirmed_at)"
            " values (:unit, 'x', array[:draft], 'the.other', now()) returning id"
        ),
        {"unit": OTHER, "draft": DRAFT},
    )
    return file or 0, layout or 0


def _of_supervision(clerk: Caller, bureau: Caller) -> dict[str, Any]:
    """A file, material and a slip of the other unit, by their numbers."""
    files = {"file": ("x.pdf", a_pdf(NOTE))}
    kept = clerk.client.post(f"{V1}/attachments", data={"unit": OTHER}, files=files, headers=clerk.headers)
    said = {"unit": OTHER, "period": PERIOD, "summary": NOTE, "problems": NOTE, "next_month": NOTE}
    measured = {"unit": OTHER, "round": "2018", "form": "interview", "score": 80, "full_marks": 100, "note": NOTE}
    _send(bureau, "/tasks/39/inquiries", measured | {"measured_on": "2019-01-20", "evidence": EVIDENCE})
    asked = {"unit": OTHER, "title": SLIP, "text": SLIP, "due_on": "2999-12-31"}
    return {
        "attachment": _done(kept, 201)["seq"],
        "material": _send(clerk, "/materials", said)["id"],
        "slip": _send(bureau, "/slips", asked)["slip"],
    }


def _send(who: Caller, path: str, body: object) -> dict[str, Any]:
    return _done(who.client.post(V1 + path, json=body, headers=who.headers | {"Idempotency-Key": path}), 201)


def _done(answer: Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def leaks(answer: bytes) -> list[str]:
    """The other unit's secrets that stand in an answer, however it is written."""
    said = answer.decode("utf-8", "replace")
    unescaped = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), said)
    return [secret for secret in SECRETS if secret in said or secret in unescaped]


def recorded(session: WriteSession) -> list[Any]:
    """What stands of the other unit: nothing of it may change."""
    session.expire_all()
    tables = ["submissions", "figures", "observations", "drafts", "task_reports", "assessments", "confirmed_layouts"]
    tables += ["slip_acts", "attached_files", "material_records", "light_overrides", "period_events", "people_records"]
    tables.append("inquiry_scores")
    asked = [f"select count(*) from {table} where unit_code = '{OTHER}'" for table in tables]
    asked.append(f"select max(seq) from submissions where unit_code = '{OTHER}'")
    asked.append(f"select count(*) from ledger_entries where cast(leaf as jsonb) ->> 'unit' = '{OTHER}'")
    asked.append(f"select count(*) from confirmed_layouts where withdrawn_at is null and unit_code = '{OTHER}'")
    return [session.scalar(text(statement)) for statement in asked]

"""Every operation of the API, declared once: who may use it, asked before anything else of a request, and its act.

What is not declared here is closed to everybody (`api/security/dependencies.py`; decision 203).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metrics.access import BUREAU_AND_ASSESSORS, EVERYBODY, Access, Units
from metrics.audit_acts import AuditAction
from metrics.principal import Scope
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import AnyDataset
from metrics.publish.release_files import OPEN
from metrics.publish.rendering import MEDIA_TYPES

_PREFIX = "/api/v1"
# Datasets that show a blind assessor nothing reported, or only cells that were assessed already (decision 61).
_BLIND = frozenset({"rates", "assessments", "units", "elements", "indicators", "targets", "tasks", "milestones"})
# The plan's parts and what is posted to its own address also answer without an ending.
PLAIN = ("units", "elements", "indicators", "tasks", "targets", "assessments", "slips")

_POST = Scope.POST_SUBMISSION
_ANYBODY = Access(EVERYBODY, strangers=True, blind=True)
_SIGNING_IN = Access(EVERYBODY, Units.MINE, strangers=True, blind=True)
_LINK = Access(EVERYBODY, Units.LINK, strangers=True, blind=True)
_OWN_ACCOUNT = Access(EVERYBODY, Units.MINE, blind=True)
_PERSON = Access(EVERYBODY, Units.MINE, blind=True, persons=True)
_FOLLOWS = Access(EVERYBODY, Units.MINE)
_FOLLOW = Access(EVERYBODY, Units.PUBLISHED)  # whichever unit: verdicts are every reader's
_ADMINISTER = Access(Scope.ADMINISTER)
# What opens an account to somebody is a person's act: a token that leaks makes no way in that outlives it.
_OPEN_ACCOUNT = Access(Scope.ADMINISTER, persons=True)
_ASSESS = Access(Scope.RECORD_ASSESSMENT, blind=True)
_SAMPLES = Access(BUREAU_AND_ASSESSORS, Units.OWN, blind=True)
_RELEASES = Access(Scope.READ, released=True, blind=True)
_RELEASE = Access(Scope.READ, Units.COUNTS, released=True)
_ANNOUNCE = Access(Scope.REVISE_TARGET)
_BULLETIN = Access(Scope.RELEASE, Units.PUBLISHED)
_VERIFY = Access(Scope.VERIFY, Units.OWN)
_PERIODS = Access(Scope.MANAGE_PERIODS, Units.PUBLISHED)
_SUBMISSION = Access(Scope.READ, Units.OWN)
_STANDING = Access(Scope.READ, Units.PUBLISHED)
# A clerk for the units of the account that lead the task, whoever reports.
_CHECK_TASK = Access(_POST, Units.PUBLISHED)
_SUPERVISE = Access(Scope.SUPERVISE, Units.OWN)
_ANSWER_SLIP = Access(Scope.ANSWER_SLIP, Units.OWN)
_PROOF = Access(Scope.READ, released=True, blind=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """Who may use an operation, and which act of the audit it is; looking at single things is recorded when refused."""

    access: Access
    act: AuditAction = AuditAction.LOOK


_SINGLE: dict[str, Operation] = {
    "get /healthz": Operation(_ANYBODY),
    "get /readyz": Operation(_ANYBODY),
    "get /metrics": Operation(_ANYBODY),  # by address or a token of its own, whoever is signed in
    "get /openapi.json": Operation(_ANYBODY),
    "get /docs": Operation(_ANYBODY),
    "get /docs/{name}": Operation(_ANYBODY),
    "get /verify.py": Operation(_ANYBODY),
    "get /checkpoint": Operation(_ANYBODY),
    "get /ledger/consistency": Operation(_ANYBODY),
    "get /session": Operation(Access(EVERYBODY, Units.MINE, blind=True)),
    "post /session": Operation(_SIGNING_IN, AuditAction.SIGN_IN),
    "delete /session": Operation(_SIGNING_IN, AuditAction.SIGN_OUT),
    # A refusal; that it was begun has its own row.
    "post /session/second-factor": Operation(_SIGNING_IN, AuditAction.SIGN_IN),
    "get /account": Operation(_OWN_ACCOUNT),
    "post /account/password": Operation(_PERSON, AuditAction.CHANGE_PASSWORD),
    "post /account/recovery-codes": Operation(_PERSON, AuditAction.SECOND_FACTOR),
    "post /account/second-factor": Operation(_PERSON, AuditAction.SECOND_FACTOR),
    "get /account/sessions": Operation(_PERSON),
    "delete /account/sessions": Operation(_PERSON, AuditAction.END_SESSION),
    "delete /account/sessions/{session_id}": Operation(_PERSON, AuditAction.END_SESSION),
    "get /tokens": Operation(_OWN_ACCOUNT, AuditAction.LIST_ACCOUNTS),
    "post /tokens": Operation(_PERSON, AuditAction.ISSUE_TOKEN),
    "delete /tokens/{token_id}": Operation(_OWN_ACCOUNT, AuditAction.REVOKE_TOKEN),
    "get /users": Operation(_ADMINISTER, AuditAction.LIST_ACCOUNTS),
    "post /users": Operation(_OPEN_ACCOUNT, AuditAction.ADD_USER),
    "get /users/{name}": Operation(_ADMINISTER, AuditAction.LIST_ACCOUNTS),
    "post /users/{name}/enable": Operation(_OPEN_ACCOUNT, AuditAction.ENABLE_USER),
    "post /users/{name}/disable": Operation(_ADMINISTER, AuditAction.DISABLE_USER),
    "post /users/{name}/role": Operation(_OPEN_ACCOUNT, AuditAction.CHANGE_ROLE),
    "post /users/{name}/units": Operation(_OPEN_ACCOUNT, AuditAction.CHANGE_UNITS),
    "post /users/{name}/email": Operation(_OPEN_ACCOUNT, AuditAction.CHANGE_EMAIL),
    "post /users/{name}/password": Operation(_OPEN_ACCOUNT, AuditAction.RESET_PASSWORD),
    "delete /users/{name}/second-factor": Operation(_OPEN_ACCOUNT, AuditAction.SECOND_FACTOR),
    "get /users/{name}/sessions": Operation(_ADMINISTER, AuditAction.LIST_ACCOUNTS),
    "delete /users/{name}/sessions": Operation(_ADMINISTER, AuditAction.END_SESSION),
    "delete /users/{name}/sessions/{session_id}": Operation(_ADMINISTER, AuditAction.END_SESSION),
    "get /confirmation": Operation(_LINK),
    "post /confirmation": Operation(_LINK, AuditAction.SIGN_OFF),
    "get /catalogue.jsonld": Operation(_PROOF),
    "get /feed.atom": Operation(Access(Scope.READ, Units.PUBLISHED, released=True), AuditAction.PULL_DATA),
    "get /structure.sdmx.xml": Operation(_PROOF),
    "get /codelists": Operation(_PROOF),
    "get /codelists/{name}.csv": Operation(_PROOF),
    "get /codelists/{name}.json": Operation(_PROOF),
    "get /ledger/checkpoint": Operation(_PROOF),
    "get /ledger/keys": Operation(_PROOF),
    "get /ledger/witnesses": Operation(_PROOF),
    "get /ledger/proof": Operation(Access(Scope.READ, released=True)),
    "get /ledger/entries": Operation(Access(Scope.READ, Units.OWN, released=True), AuditAction.READ_LEDGER),
    "get /submissions": Operation(_SUBMISSION, AuditAction.PULL_DATA),
    "post /submissions": Operation(Access(_POST, Units.POSTED), AuditAction.POST_SUBMISSION),
    "post /submissions/files": Operation(Access(_POST, Units.POSTED), AuditAction.POST_SUBMISSION),
    "get /submissions/files/{file_id}/annotated.xlsx": Operation(Access(_POST, Units.MINE), AuditAction.DOWNLOAD_FILE),
    "get /submissions/{submission_id}": Operation(_SUBMISSION),
    "get /submissions/{submission_id}/differences": Operation(_SUBMISSION),
    "get /submissions/{submission_id}/history": Operation(_SUBMISSION),
    "get /submissions/{submission_id}/receipt": Operation(_SUBMISSION),
    "post /submissions/{submission_id}/verify": Operation(_VERIFY, AuditAction.VERIFY),
    "post /submissions/{submission_id}/return": Operation(_VERIFY, AuditAction.SEND_BACK),
    "post /submissions/{submission_id}/reopen": Operation(_VERIFY, AuditAction.REOPEN),
    "post /submissions/{submission_id}/sign-off": Operation(Access(Scope.SIGN_OFF, Units.OWN), AuditAction.SIGN_OFF),
    "post /submissions/{submission_id}/sign-off/request": Operation(
        Access(_POST, Units.POSTED), AuditAction.ASK_SIGN_OFF
    ),
    "post /observations/bulk": Operation(Access(Scope.BULK, Units.OWN), AuditAction.LOAD_HISTORY),
    "get /layouts": Operation(Access(_POST, Units.POSTED)),
    "post /layouts/{layout_id}/withdraw": Operation(Access(_POST, Units.POSTED), AuditAction.WITHDRAW_LAYOUT),
    "get /templates/{period}.xlsx": Operation(Access(_POST, Units.POSTED)),
    "get /periods": Operation(_STANDING),
    "get /periods/{period}/status": Operation(_STANDING, AuditAction.PULL_DATA),
    "get /periods/{period}/history": Operation(_STANDING),
    "post /periods/{period}/lock": Operation(_PERIODS, AuditAction.LOCK_PERIOD),
    "post /periods/{period}/unlock": Operation(_PERIODS, AuditAction.UNLOCK_PERIOD),
    "post /periods/{period}/exceptions": Operation(_PERIODS, AuditAction.EXCEPT_UNIT),
    "post /periods/{period}/exceptions/{unit}/end": Operation(_PERIODS, AuditAction.END_EXCEPTION),
    "get /units/{code}/people": Operation(_STANDING),
    "get /units/{code}/lateness": Operation(_STANDING),
    "post /units/{code}/people": Operation(Access(Scope.MANAGE_PEOPLE, Units.PUBLISHED), AuditAction.RECORD_PERSON),
    "delete /units/{code}/people/{seq}/contact": Operation(
        Access(Scope.MANAGE_PEOPLE, Units.PUBLISHED), AuditAction.FORGET_CONTACT
    ),
    "post /targets": Operation(Access(Scope.REVISE_TARGET), AuditAction.ADD_TARGET),
    "post /targets/{code}/revisions": Operation(Access(Scope.REVISE_TARGET), AuditAction.REVISE_TARGET),
    "get /follows": Operation(_FOLLOWS),
    "post /follows": Operation(_FOLLOW, AuditAction.FOLLOW),
    "delete /follows/{follow_id}": Operation(_FOLLOWS, AuditAction.FOLLOW),
    "get /follows/turns": Operation(_FOLLOWS),
    "post /follows/turns/seen": Operation(_FOLLOW, AuditAction.FOLLOW),
    "get /weights": Operation(Access(Scope.READ)),
    "post /weights": Operation(Access(Scope.REVISE_TARGET), AuditAction.SET_WEIGHTS),
    "post /overrides": Operation(Access(Scope.REVISE_TARGET, Units.PUBLISHED), AuditAction.OVERRIDE_LIGHT),
    "get /phases/rule": Operation(Access(Scope.READ)),
    "post /phases/rule": Operation(Access(Scope.REVISE_TARGET), AuditAction.BIND_GATE_DATE),
    "get /phases/{phase}/self-assessments": Operation(_SUBMISSION, AuditAction.PULL_DATA),
    "post /phases/{phase}/self-assessments": Operation(Access(_POST, Units.POSTED), AuditAction.ASSESS_ITSELF),
    "post /phases/{phase}/self-assessments/{unit}/sign-off": Operation(
        Access(Scope.SIGN_OFF, Units.OWN), AuditAction.SIGN_SELF_ASSESSMENT
    ),
    "get /phases/{phase}/findings": Operation(_SUBMISSION, AuditAction.PULL_DATA),
    "post /phases/{phase}/findings": Operation(_VERIFY, AuditAction.RAISE_FINDING),
    "post /phases/{phase}/findings/{number}/close": Operation(_VERIFY, AuditAction.CLOSE_FINDING),
    "post /phases/{phase}/findings/{number}/return": Operation(_VERIFY, AuditAction.RETURN_FINDING),
    "post /phases/{phase}/findings/{number}/withdraw": Operation(_VERIFY, AuditAction.WITHDRAW_FINDING),
    "get /phases/{phase}/rectifications": Operation(_SUBMISSION, AuditAction.PULL_DATA),
    "post /phases/{phase}/rectifications": Operation(Access(_POST, Units.POSTED), AuditAction.ANSWER_FINDING),
    "get /scores/weights": Operation(Access(Scope.READ)),
    "post /scores/weights": Operation(Access(Scope.SUPERVISE, Units.PUBLISHED), AuditAction.WEIGH_SCORES),
    "get /scores/{period}": Operation(_SUBMISSION, AuditAction.PULL_DATA),
    "post /tasks/{number}/inquiries": Operation(_SUPERVISE, AuditAction.RECORD_INQUIRY),
    "post /tasks/{number}/reports": Operation(Access(_POST, Units.POSTED), AuditAction.REPORT_TASK),
    "post /attachments": Operation(Access(_POST, Units.POSTED), AuditAction.ATTACH_FILE),
    "get /attachments/{attachment}": Operation(_SUBMISSION, AuditAction.DOWNLOAD_ATTACHMENT),
    "post /tasks/{number}/reports/{unit}/{period}/confirm": Operation(_CHECK_TASK, AuditAction.CHECK_TASK),
    "post /tasks/{number}/sanctions": Operation(Access(Scope.VERIFY, Units.PUBLISHED), AuditAction.SANCTION),
    "post /tasks/{number}/sanctions/{mark}/lift": Operation(
        Access(Scope.VERIFY, Units.PUBLISHED), AuditAction.SANCTION
    ),
    "post /tasks/{number}/reports/{unit}/{period}/return": Operation(_CHECK_TASK, AuditAction.CHECK_TASK),
    "post /work-plans": Operation(Access(_POST, Units.POSTED), AuditAction.FILE_WORK_PLAN),
    "post /funding": Operation(Access(_POST, Units.POSTED), AuditAction.RECORD_FUNDING),
    "get /materials": Operation(_SUBMISSION, AuditAction.PULL_DATA),
    "post /materials": Operation(Access(_POST, Units.POSTED), AuditAction.SEND_MATERIAL),
    "get /materials/template.docx": Operation(Access(_POST, Units.POSTED)),
    "get /materials/{material}": Operation(_SUBMISSION),
    "post /materials/{material}/seen": Operation(Access(_POST, Units.POSTED), AuditAction.NOTE_SEEN),
    "post /materials/{material}/sign-off": Operation(Access(Scope.SIGN_OFF, Units.OWN), AuditAction.SIGN_MATERIAL),
    "get /slips/{slip}": Operation(Access(Scope.READ, Units.OWN)),
    "post /slips": Operation(_SUPERVISE, AuditAction.ISSUE_SLIP),
    "post /slips/{slip}/receive": Operation(_ANSWER_SLIP, AuditAction.ANSWER_SLIP),
    "post /slips/{slip}/answer": Operation(_ANSWER_SLIP, AuditAction.ANSWER_SLIP),
    "post /slips/{slip}/delegate": Operation(_ANSWER_SLIP, AuditAction.ANSWER_SLIP),
    "post /slips/{slip}/extension": Operation(_ANSWER_SLIP, AuditAction.ANSWER_SLIP),
    "post /slips/{slip}/extension/decision": Operation(_SUPERVISE, AuditAction.DECIDE_SLIP),
    "post /slips/{slip}/review": Operation(_SUPERVISE, AuditAction.DECIDE_SLIP),
    "post /slips/{slip}/return": Operation(_SUPERVISE, AuditAction.DECIDE_SLIP),
    "post /slips/{slip}/close": Operation(_SUPERVISE, AuditAction.DECIDE_SLIP),
    "post /slips/{slip}/withdraw": Operation(_SUPERVISE, AuditAction.DECIDE_SLIP),
    "post /materials/{material}/sign-off/request": Operation(Access(_POST, Units.POSTED), AuditAction.ASK_SIGN_OFF),
    "get /assessments/{assessment_id}": Operation(Access(Scope.READ, Units.OWN, blind=True)),
    "post /assessments": Operation(_ASSESS, AuditAction.RECORD_ASSESSMENT),
    "post /assessments/{assessment_id}/revisions": Operation(_ASSESS, AuditAction.REVISE_ASSESSMENT),
    "get /samples": Operation(_SAMPLES),
    "get /samples/{number}": Operation(_SAMPLES, AuditAction.DOWNLOAD_SAMPLE),
    "get /samples/{number}.csv": Operation(_SAMPLES, AuditAction.DOWNLOAD_SAMPLE),
    "get /samples/{number}/results.csv": Operation(_SAMPLES, AuditAction.DOWNLOAD_SAMPLE),
    "get /samples/{number}.xlsx": Operation(_SAMPLES, AuditAction.DOWNLOAD_SAMPLE),
    "post /samples": Operation(_ASSESS, AuditAction.DRAW_SAMPLE),
    "post /samples/{number}/findings": Operation(_ASSESS, AuditAction.RECORD_FINDINGS),
    "get /settings": Operation(_ADMINISTER, AuditAction.READ_SETTINGS),
    "get /audit.csv": Operation(_ADMINISTER, AuditAction.READ_AUDIT),
    "get /audit.json": Operation(_ADMINISTER, AuditAction.READ_AUDIT),
    "get /bulletins/{period}": Operation(_BULLETIN, AuditAction.DOWNLOAD_BULLETIN),
    "post /bulletins/{period}": Operation(_BULLETIN, AuditAction.WRITE_BULLETIN),
    "get /bulletins/{period}/versions": Operation(Access(Scope.READ)),
    "get /bulletins/{period}.{form}": Operation(_STANDING, AuditAction.DOWNLOAD_BULLETIN),
    "get /releases": Operation(_RELEASES),
    "post /releases": Operation(Access(Scope.RELEASE), AuditAction.PUBLISH_RELEASE),
    "get /releases/{number}": Operation(_RELEASE),
    "get /announcements": Operation(_RELEASES),
    "get /announcements.ics": Operation(_RELEASES),
    "post /announcements": Operation(_ANNOUNCE, AuditAction.ANNOUNCE),
    "post /announcements/{announcement}/move": Operation(_ANNOUNCE, AuditAction.ANNOUNCE),
    "post /announcements/{announcement}/withdraw": Operation(_ANNOUNCE, AuditAction.ANNOUNCE),
    "get /releases/{number}.cff": Operation(_RELEASES),
    "get /releases/{number}.zip": Operation(_RELEASE, AuditAction.DOWNLOAD_RELEASE),
    "get /releases/{number}/differences.csv": Operation(_RELEASE, AuditAction.DOWNLOAD_RELEASE),
    "get /releases/{number}/{name}": Operation(_RELEASE, AuditAction.DOWNLOAD_RELEASE),
}


def _of_datasets() -> Iterator[tuple[str, Operation]]:
    for dataset in (*DATASETS.values(), *SDMX_DATASETS.values()):
        access = Access(Scope.READ, _units_of(dataset), released=dataset.family in OPEN, blind=dataset.family in _BLIND)
        pulled = Operation(access, AuditAction.PULL_DATA)
        forms = ("csv",) if dataset.name in SDMX_DATASETS else tuple(MEDIA_TYPES)
        yield from ((f"get /{dataset.name}.{form}", pulled) for form in forms)
        if dataset.name in PLAIN:
            yield f"get /{dataset.name}", pulled
        described = Operation(Access(Scope.READ, released=True, blind=True))
        yield f"get /{dataset.name}.schema.json", described
        if dataset.history is not None:
            yield f"get /{dataset.history.name}.schema.json", described


def _units_of(dataset: AnyDataset) -> Units:
    if dataset.own_units_only:
        return Units.OWN
    return Units.COUNTS if dataset.counts else Units.PUBLISHED


ROUTES: dict[str, Operation] = dict(_of_datasets()) | _SINGLE
"""By method and path, as `post /submissions`."""

OPEN_ADDRESSES = frozenset(
    _PREFIX + path
    for method, _, path in (operation.partition(" ") for operation, said in ROUTES.items() if said.access.strangers)
    if method != "get"
)
"""Where strangers send something: as little of it is read as of any form, whoever sends it (`api/bodies.py`)."""


def declared(method: str, path: str) -> Operation | None:
    """What is declared of a route, by its method and its path with the names of its parts; None if nothing is.

    HEAD is GET without its body.
    """
    method = "get" if method == "HEAD" else method.lower()
    return ROUTES.get(f"{method} {path.removeprefix(_PREFIX)}")

"""Which act of the audit each operation of the API is: one table, which a test holds against the whole of OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import Request

from metrics.acting import as_subject, present_acting
from metrics.audited import AuditAction
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS

_PREFIX = "/api/v1"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CODE_LIKE = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
_TRUE = frozenset({"true", "1", "on", "yes"})

# Operations that change something, and those that hand out much at once. What else reads is AuditAction.LOOK.
ACTS: Mapping[str, AuditAction] = {
    "POST /session": AuditAction.SIGN_IN,
    "DELETE /session": AuditAction.SIGN_OUT,
    "POST /session/second-factor": AuditAction.SIGN_IN,  # a refusal; that it was begun has its own row
    "POST /account/password": AuditAction.CHANGE_PASSWORD,
    "POST /account/recovery-codes": AuditAction.SECOND_FACTOR,
    "POST /account/second-factor": AuditAction.SECOND_FACTOR,
    "DELETE /account/sessions": AuditAction.END_SESSION,
    "DELETE /account/sessions/{session_id}": AuditAction.END_SESSION,
    "GET /tokens": AuditAction.LIST_ACCOUNTS,
    "POST /tokens": AuditAction.ISSUE_TOKEN,
    "DELETE /tokens/{token_id}": AuditAction.REVOKE_TOKEN,
    "GET /users": AuditAction.LIST_ACCOUNTS,
    "POST /users": AuditAction.ADD_USER,
    "POST /users/{name}/enable": AuditAction.ENABLE_USER,
    "POST /users/{name}/disable": AuditAction.DISABLE_USER,
    "POST /users/{name}/role": AuditAction.CHANGE_ROLE,
    "POST /users/{name}/units": AuditAction.CHANGE_UNITS,
    "POST /users/{name}/email": AuditAction.CHANGE_EMAIL,
    "POST /users/{name}/password": AuditAction.RESET_PASSWORD,
    "DELETE /users/{name}/second-factor": AuditAction.SECOND_FACTOR,
    "DELETE /users/{name}/sessions": AuditAction.END_SESSION,
    "DELETE /users/{name}/sessions/{session_id}": AuditAction.END_SESSION,
    "POST /confirmation": AuditAction.SIGN_OFF,
    "POST /submissions": AuditAction.POST_SUBMISSION,
    "POST /submissions/files": AuditAction.POST_SUBMISSION,
    "GET /submissions/files/{file_id}/annotated.xlsx": AuditAction.DOWNLOAD_FILE,
    "POST /observations/bulk": AuditAction.LOAD_HISTORY,
    "POST /layouts/{layout_id}/withdraw": AuditAction.WITHDRAW_LAYOUT,
    "POST /submissions/{submission_id}/sign-off": AuditAction.SIGN_OFF,
    "POST /submissions/{submission_id}/sign-off/request": AuditAction.ASK_SIGN_OFF,
    "POST /submissions/{submission_id}/verify": AuditAction.VERIFY,
    "POST /submissions/{submission_id}/return": AuditAction.SEND_BACK,
    "POST /submissions/{submission_id}/reopen": AuditAction.REOPEN,
    "POST /tasks/{number}/reports": AuditAction.REPORT_TASK,
    "POST /periods/{period}/lock": AuditAction.LOCK_PERIOD,
    "POST /periods/{period}/unlock": AuditAction.UNLOCK_PERIOD,
    "POST /periods/{period}/exceptions": AuditAction.EXCEPT_UNIT,
    "POST /periods/{period}/exceptions/{unit}/end": AuditAction.END_EXCEPTION,
    "POST /units/{code}/people": AuditAction.RECORD_PERSON,
    "DELETE /units/{code}/people/{seq}/contact": AuditAction.FORGET_CONTACT,
    "POST /targets": AuditAction.ADD_TARGET,
    "POST /targets/{code}/revisions": AuditAction.REVISE_TARGET,
    "POST /weights": AuditAction.SET_WEIGHTS,
    "POST /overrides": AuditAction.OVERRIDE_LIGHT,
    "POST /assessments": AuditAction.RECORD_ASSESSMENT,
    "POST /assessments/{assessment_id}/revisions": AuditAction.REVISE_ASSESSMENT,
    "POST /samples": AuditAction.DRAW_SAMPLE,
    "POST /samples/{number}/findings": AuditAction.RECORD_FINDINGS,
    "GET /samples/{number}.csv": AuditAction.DOWNLOAD_SAMPLE,
    "GET /samples/{number}.xlsx": AuditAction.DOWNLOAD_SAMPLE,
    "POST /releases": AuditAction.PUBLISH_RELEASE,
    "GET /releases/{number}.zip": AuditAction.DOWNLOAD_RELEASE,
    "GET /releases/{number}/differences.csv": AuditAction.DOWNLOAD_RELEASE,
    "GET /releases/{number}/{name}": AuditAction.DOWNLOAD_RELEASE,
    "GET /ledger/entries": AuditAction.READ_LEDGER,
    "GET /audit.csv": AuditAction.READ_AUDIT,
    "GET /audit.json": AuditAction.READ_AUDIT,
}


def act_of(method: str, path: str) -> AuditAction:
    """The act of the operation at `path`, a template such as `/releases/{number}`, with or without its prefix."""
    path = path.removeprefix(_PREFIX)
    operation = f"{'GET' if method == 'HEAD' else method} {path}"
    if operation in ACTS:
        return ACTS[operation]
    if method not in _SAFE:
        return AuditAction.OTHER_CHANGE  # until the table names it: nothing that changes is left out meanwhile
    return AuditAction.PULL_DATA if _pulls(path.removeprefix("/")) else AuditAction.LOOK


def name_act(request: Request) -> None:
    """Tell the audit which act the request is, and what its address says that it is about."""
    acting, route = present_acting(), request.scope["route"]
    if acting is None:
        return
    acting.route = _PREFIX * request.url.path.startswith(f"{_PREFIX}/") + route.path.removeprefix(_PREFIX)
    acting.action = act_of(request.method, route.path)
    if request.query_params.get("dry_run", "").lower() in _TRUE and acting.action is not AuditAction.LOOK:
        acting.action = AuditAction.TRY
    named = [str(value) for value in request.path_params.values()]
    if acting.action is AuditAction.PULL_DATA:
        named = [request.url.path.removeprefix(f"{_PREFIX}/"), *_asked(request)]
    acting.subject = as_subject(" ".join(named))


def _pulls(path: str) -> bool:
    """True for `rates.csv`, `rates.sdmx.csv` and `units`, a dataset in one of its forms; False for its schema."""
    family, _, form = path.partition(".")
    return (family in DATASETS or family in SDMX_DATASETS) and "/" not in form and form != "schema.json"


def _asked(request: Request) -> list[str]:
    """The parameters a dataset may take, as they were given; what stands where it does not belong may be a secret."""
    known = frozenset().union(*(dataset.parameters for dataset in DATASETS.values()))
    return [
        f"{name}={value}"
        for name, value in request.query_params.multi_items()
        if name in known and _CODE_LIKE.fullmatch(value)
    ]

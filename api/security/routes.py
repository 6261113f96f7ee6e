"""Who may use which route: every operation of the API, declared once and asked before anything else of a request.

What is not declared here is closed to everybody (`api/security/dependencies.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from metrics.access import BUREAU_AND_ASSESSORS, EVERYBODY, Access, Units
from metrics.principal import Scope
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import AnyDataset
from metrics.publish.release_files import RELEASED
from metrics.publish.rendering import MEDIA_TYPES

_PREFIX = "/api/v1"
# Datasets that show a blind assessor nothing reported, or only cells that were assessed already (decision 61).
_BLIND = frozenset({"rates", "assessments", "units", "elements", "indicators", "targets", "tasks", "milestones"})
# The plan's parts and what is posted to its own address also answer without an ending.
PLAIN = ("units", "elements", "indicators", "tasks", "targets", "assessments")

_POST = Scope.POST_SUBMISSION
_OWN_ACCOUNT = Access(EVERYBODY, Units.MINE, blind=True)
_PERSON = Access(EVERYBODY, Units.MINE, blind=True, persons=True)
_ADMINISTER = Access(Scope.ADMINISTER)
# What opens an account to somebody is a person's act: a token that leaks makes no way in that outlives it.
_OPEN_ACCOUNT = Access(Scope.ADMINISTER, persons=True)
_ASSESS = Access(Scope.RECORD_ASSESSMENT, blind=True)
_SAMPLES = Access(BUREAU_AND_ASSESSORS, Units.OWN, blind=True)
_RELEASES = Access(Scope.READ, released=True, blind=True)
_RELEASE = Access(Scope.READ, Units.COUNTS, released=True)
_VERIFY = Access(Scope.VERIFY, Units.OWN)
_PERIODS = Access(Scope.MANAGE_PERIODS, Units.PUBLISHED)
_SUBMISSION = Access(Scope.READ, Units.OWN)
_STANDING = Access(Scope.READ, Units.PUBLISHED)
_PROOF = Access(Scope.READ, released=True, blind=True)

_SINGLE: dict[str, Access] = {
    "get /healthz": Access(EVERYBODY, strangers=True, blind=True),
    "get /readyz": Access(EVERYBODY, strangers=True, blind=True),
    "get /openapi.json": Access(EVERYBODY, strangers=True, blind=True),
    "get /docs": Access(EVERYBODY, strangers=True, blind=True),
    "get /docs/{name}": Access(EVERYBODY, strangers=True, blind=True),
    "get /verify.py": Access(EVERYBODY, strangers=True, blind=True),
    "get /session": Access(EVERYBODY, Units.MINE, blind=True),
    "post /session": Access(EVERYBODY, Units.MINE, strangers=True, blind=True),
    "delete /session": Access(EVERYBODY, Units.MINE, strangers=True, blind=True),
    "post /session/second-factor": Access(EVERYBODY, Units.MINE, strangers=True, blind=True),
    "get /account": _OWN_ACCOUNT,
    "post /account/password": _PERSON,
    "post /account/recovery-codes": _PERSON,
    "post /account/second-factor": _PERSON,
    "get /account/sessions": _PERSON,
    "delete /account/sessions": _PERSON,
    "delete /account/sessions/{session_id}": _PERSON,
    "get /tokens": _OWN_ACCOUNT,
    "post /tokens": _PERSON,
    "delete /tokens/{token_id}": _OWN_ACCOUNT,
    "get /users": _ADMINISTER,
    "post /users": _OPEN_ACCOUNT,
    "get /users/{name}": _ADMINISTER,
    "post /users/{name}/enable": _OPEN_ACCOUNT,
    "post /users/{name}/disable": _ADMINISTER,
    "post /users/{name}/role": _OPEN_ACCOUNT,
    "post /users/{name}/units": _OPEN_ACCOUNT,
    "post /users/{name}/email": _OPEN_ACCOUNT,
    "post /users/{name}/password": _OPEN_ACCOUNT,
    "delete /users/{name}/second-factor": _OPEN_ACCOUNT,
    "get /users/{name}/sessions": _ADMINISTER,
    "delete /users/{name}/sessions": _ADMINISTER,
    "delete /users/{name}/sessions/{session_id}": _ADMINISTER,
    "get /confirmation": Access(EVERYBODY, Units.LINK, strangers=True, blind=True),
    "post /confirmation": Access(EVERYBODY, Units.LINK, strangers=True, blind=True),
    "get /catalogue.jsonld": _PROOF,
    "get /ledger/checkpoint": _PROOF,
    "get /ledger/consistency": _PROOF,
    "get /ledger/keys": _PROOF,
    "get /ledger/proof": Access(Scope.READ, released=True),
    "get /ledger/entries": Access(Scope.READ, Units.OWN, released=True),
    "get /submissions": _SUBMISSION,
    "post /submissions": Access(_POST, Units.POSTED),
    "post /submissions/files": Access(_POST, Units.POSTED),
    "get /submissions/files/{file_id}/annotated.xlsx": Access(_POST, Units.MINE),
    "get /submissions/{submission_id}": _SUBMISSION,
    "get /submissions/{submission_id}/differences": _SUBMISSION,
    "get /submissions/{submission_id}/history": _SUBMISSION,
    "get /submissions/{submission_id}/receipt": _SUBMISSION,
    "post /submissions/{submission_id}/verify": _VERIFY,
    "post /submissions/{submission_id}/return": _VERIFY,
    "post /submissions/{submission_id}/reopen": _VERIFY,
    "post /submissions/{submission_id}/sign-off": Access(Scope.SIGN_OFF, Units.OWN),
    "post /submissions/{submission_id}/sign-off/request": Access(_POST, Units.POSTED),
    "post /observations/bulk": Access(Scope.BULK, Units.OWN),
    "get /layouts": Access(_POST, Units.POSTED),
    "post /layouts/{layout_id}/withdraw": Access(_POST, Units.POSTED),
    "get /templates/{period}.xlsx": Access(_POST, Units.POSTED),
    "get /periods": _STANDING,
    "get /periods/{period}/status": _STANDING,
    "get /periods/{period}/history": _STANDING,
    "post /periods/{period}/lock": _PERIODS,
    "post /periods/{period}/unlock": _PERIODS,
    "post /periods/{period}/exceptions": _PERIODS,
    "post /periods/{period}/exceptions/{unit}/end": _PERIODS,
    "get /units/{code}/people": _STANDING,
    "get /units/{code}/lateness": _STANDING,
    "post /units/{code}/people": Access(Scope.MANAGE_PEOPLE, Units.PUBLISHED),
    "delete /units/{code}/people/{seq}/contact": Access(Scope.MANAGE_PEOPLE, Units.PUBLISHED),
    "post /targets": Access(Scope.REVISE_TARGET),
    "post /targets/{code}/revisions": Access(Scope.REVISE_TARGET),
    "get /weights": Access(Scope.READ),
    "post /weights": Access(Scope.REVISE_TARGET),
    "post /overrides": Access(Scope.REVISE_TARGET, Units.PUBLISHED),
    "post /tasks/{number}/reports": Access(_POST, Units.POSTED),
    "get /assessments/{assessment_id}": Access(Scope.READ, Units.OWN, blind=True),
    "post /assessments": _ASSESS,
    "post /assessments/{assessment_id}/revisions": _ASSESS,
    "get /samples": _SAMPLES,
    "get /samples/{number}": _SAMPLES,
    "get /samples/{number}.csv": _SAMPLES,
    "get /samples/{number}.xlsx": _SAMPLES,
    "post /samples": _ASSESS,
    "post /samples/{number}/findings": _ASSESS,
    "get /settings": _ADMINISTER,
    "get /audit.csv": _ADMINISTER,
    "get /audit.json": _ADMINISTER,
    "get /releases": _RELEASES,
    "post /releases": Access(Scope.RELEASE),
    "get /releases/{number}": _RELEASE,
    "get /releases/{number}.zip": _RELEASE,
    "get /releases/{number}/differences.csv": _RELEASE,
    "get /releases/{number}/{name}": _RELEASE,
}


def _of_datasets() -> Iterator[tuple[str, Access]]:
    for dataset in (*DATASETS.values(), *SDMX_DATASETS.values()):
        pulled = Access(
            Scope.READ, _units_of(dataset), released=dataset.family in RELEASED, blind=dataset.family in _BLIND
        )
        forms = ("csv",) if dataset.name in SDMX_DATASETS else tuple(MEDIA_TYPES)
        yield from ((f"get /{dataset.name}.{form}", pulled) for form in forms)
        if dataset.name in PLAIN:
            yield f"get /{dataset.name}", pulled
        yield f"get /{dataset.name}.schema.json", Access(Scope.READ, released=True, blind=True)


def _units_of(dataset: AnyDataset) -> Units:
    if dataset.own_units_only:
        return Units.OWN
    return Units.COUNTS if dataset.counts else Units.PUBLISHED


ROUTES: dict[str, Access] = dict(_of_datasets()) | _SINGLE
"""By operation, as `post /submissions`."""


def declared(method: str, path: str) -> Access | None:
    """What is declared of a route, by its method and its path with the names of its parts; None if nothing is."""
    return ROUTES.get(f"{method.lower()} {path.removeprefix(_PREFIX)}")

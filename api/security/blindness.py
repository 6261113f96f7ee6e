"""Which routes an assessor may use while assessment is blind (无感评估): those named here, and no other.

A route that is added later is closed until somebody has thought about it.
"""

from __future__ import annotations

from fastapi import Request

from metrics.principal import Principal
from metrics.queries.blindness import refuse_blind

_PREFIX = "/api/v1"
_OPEN = {
    "/session",
    "/assessments",
    "/assessments/{assessment_id}",
    "/assessments/{assessment_id}/revisions",
    "/samples",
    "/samples/{number}",
    "/samples/{number}.csv",
    "/samples/{number}.xlsx",
    "/samples/{number}/findings",
    "/catalogue.jsonld",
    "/releases",
    "/ledger/checkpoint",
    "/ledger/consistency",
    "/ledger/keys",
    "/verify.py",
    "/openapi.json",
    "/docs",
}
# `rates` and `assessments` show the cells that the reader has assessed; the plan's parts hold no figures.
_DATASETS = {"rates", "assessments", "units", "elements", "indicators", "targets", "tasks", "milestones"}


def refuse_while_blind(request: Request, principal: Principal) -> None:
    """Raise Forbidden `blind_assessment` if reported figures are kept from the reader and the route may show some."""
    path = str(request.scope["route"].path).removeprefix(_PREFIX)
    dataset, _, form = path.removeprefix("/").partition(".")
    if path in _OPEN or dataset in _DATASETS or form.endswith("schema.json"):
        return
    refuse_blind(principal)

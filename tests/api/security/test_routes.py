"""Which act of the audit an operation is declared as; who may use it is asked in `tests/api/test_rights.py`."""

from api.security.routes import ROUTES
from metrics.access import Units
from metrics.audit_acts import AuditAction
from metrics.principal import Scope
from metrics.publish.catalogue import DATASETS
from metrics.publish.rendering import MEDIA_TYPES

# What shows something of units and has no row of its own unless it is refused, and why.
SINGLE_LOOKS = {
    "get /submissions/{submission_id}": "one submission",
    "get /submissions/{submission_id}/differences": "one submission",
    "get /submissions/{submission_id}/history": "one submission",
    "get /submissions/{submission_id}/receipt": "one submission",
    "get /assessments/{assessment_id}": "one assessment",
    "get /materials/{material}": "one unit's material of a month",
    "get /materials/template.docx": "one unit's blanks, with its own reports on tasks",
    "get /slips/{slip}": "one slip",
    "get /templates/{period}.xlsx": "one unit's form",
    "get /units/{code}/people": "one unit",
    "get /units/{code}/lateness": "one unit",
    "get /layouts": "how files are laid out, no figure",
    "get /samples": "how each was drawn, none of its cells",
    "get /periods": "how many units reported, no unit",
    "get /periods/{period}/history": "when a period was locked, no figure",
    "get /releases/{number}": "what a release holds, no figure",
}


def test_what_changes_something_is_an_act_of_its_own_and_whole_files_are_pulls() -> None:
    """Every operation is declared (`test_rights.py`); one that changes something is never recorded as a look alone."""
    changing = {name for name in ROUTES if not name.startswith("get ")}
    fallen_back = {AuditAction.LOOK, AuditAction.OTHER_CHANGE}
    assert {name for name in changing if ROUTES[name].act in fallen_back} == set()
    for dataset in DATASETS:
        assert ROUTES[f"get /{dataset}.schema.json"].act is AuditAction.LOOK
        assert {ROUTES[f"get /{dataset}.{form}"].act for form in MEDIA_TYPES} == {AuditAction.PULL_DATA}


def test_whoever_administers_or_reads_of_many_units_leaves_a_row() -> None:
    looks = {
        name: one.access
        for name, one in ROUTES.items()
        if name.startswith("get ") and one.act in (AuditAction.LOOK, AuditAction.OTHER_CHANGE)
    }
    assert [name for name, access in looks.items() if access.who is Scope.ADMINISTER] == []
    of_units = {Units.PUBLISHED, Units.COUNTS, Units.OWN, Units.POSTED}
    assert {name for name, access in looks.items() if access.units in of_units} == set(SINGLE_LOOKS)

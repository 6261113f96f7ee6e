"""Policies of the tables that grow with every submission ask who acts in a whole condition, answered once a statement.

`(select acting_role()) in (…)` is compared with every row, and the planner takes one row in thirty to pass: it then
sorts a whole history where it could walk an index, and joins a nation row by row. `(select acting_role() in (…))` is
true or false before the first row, and estimated as that. Who may write and read what stays the same.
"""

from collections.abc import Callable

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

Asked = Callable[..., str]
OWN = "unit_code = any (cast((select acting_units()) as text[]))"
OWN_SUBMISSION = f"submission_id in (select id from submissions where {OWN})"  # noqa: S608  constants of this file
PUBLISHED = "element_code = any (cast((select published_elements()) as text[]))"


def once(*roles: str) -> str:
    return f"(select acting_role() in {_listed(roles)})"


def every_row(*roles: str) -> str:
    return f"(select acting_role()) in {_listed(roles)}"


def _listed(roles: tuple[str, ...]) -> str:
    return f"({', '.join(map(repr, roles))})"


def conditions(acts: Asked) -> dict[str, dict[str, str]]:
    """By table the conditions of reading, adding and changing, with `acts` asking whether one of some roles does."""
    bureau = acts("system", "reviewer", "evaluator", "assessor", "admin")
    of_units = acts("clerk", "leader")
    posted = f"{acts('system', 'reviewer')} or {acts('clerk')} and {OWN}"
    signed = f"{acts('system', 'reviewer')} or {of_units} and {OWN}"
    seen = f"{bureau} or {of_units} and {OWN} or {acts('clerk', 'leader', 'public')} and {PUBLISHED}"
    return {
        "figures": {"read": seen, "added": posted, "changed": posted},
        "unit_rates": {"added": posted, "changed": posted},
        "submissions": {"added": posted, "changed": signed},
        "submission_events": {
            "read": f"{bureau} or {of_units} and {OWN_SUBMISSION}",
            "added": f"{acts('system', 'reviewer')} or {of_units} and {OWN_SUBMISSION}",
        },
    }


def upgrade() -> None:
    _ask(once)


def downgrade() -> None:
    _ask(every_row)


def _ask(acts: Asked) -> None:
    for table, said in conditions(acts).items():
        for what, condition in said.items():
            clause = "with check" if what == "added" else "using"
            op.execute(f"alter policy {table}_{what} on {table} {clause} ({condition})")

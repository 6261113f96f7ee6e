"""Links to sign by are for monthly material too: what a link is about says which unit's people may see and make it."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

OWN = "unit_code = any (cast((select acting_units()) as text[]))"
OF_SUBMISSION = f"subject in (select id from submissions where {OWN})"  # noqa: S608  constants of this file
OF_MATERIAL = f"subject in (select id from material_records where {OWN})"  # noqa: S608  constants of this file
OF_EITHER = f"(purpose = 'submission_sign_off' and {OF_SUBMISSION} or purpose = 'material_sign_off' and {OF_MATERIAL})"
ROLE = "(select acting_role())"
PURPOSES = "alter table confirmations add constraint ck_confirmations_purpose check (purpose in ({}))"


def _policies(own: str) -> None:
    bureau = f"{ROLE} in ('system', 'reviewer', 'evaluator', 'assessor', 'admin')"
    for name, clause, condition in (
        ("read", "using", f"{bureau} or {ROLE} in ('clerk', 'leader') and {own}"),
        ("added", "with check", f"{ROLE} in ('system', 'reviewer') or {ROLE} = 'clerk' and {own}"),
        ("changed", "using", f"{ROLE} in ('system', 'reviewer', 'admin') or {ROLE} = 'clerk' and {own}"),
    ):
        op.execute(f"alter policy confirmations_{name} on confirmations {clause} ({condition})")


def upgrade() -> None:
    op.execute("alter table confirmations drop constraint ck_confirmations_purpose")
    op.execute(PURPOSES.format("'submission_sign_off', 'material_sign_off'"))
    _policies(OF_EITHER)


def downgrade() -> None:
    _policies(OF_SUBMISSION)
    op.execute("alter table confirmations drop constraint ck_confirmations_purpose")
    op.execute(PURPOSES.format("'submission_sign_off'"))

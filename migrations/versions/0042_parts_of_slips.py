"""Whom a part of a slip was handed to is told of that part and what goes with it, and no longer of the whole slip.

Which slips are addressed to those who act, and which parts are theirs, is asked by two functions with the owner's
rights, for the reason that migration 0033 gives.
"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

FUNCTION = """
create function {name} returns {type} language sql stable security definer
    set search_path = pg_catalog, public as $$ {query} $$
"""
ADDRESSED = "select slip from slip_acts where act = 'issue' and unit_code = any (acting_units())"
HANDED = "from slip_acts where act = 'delegate' and to_unit = any (acting_units())"
BUREAU = "(select acting_role() in ('system', 'reviewer', 'evaluator', 'assessor', 'admin'))"
ISSUING = "(select acting_role() in ('system', 'reviewer'))"
UNITS = "(select acting_role() in ('clerk', 'leader'))"
BUREAU_ACTS = "('issue', 'grant_extension', 'refuse_extension', 'review', 'return', 'close', 'withdraw')"
OWN = "unit_code = any (cast((select acting_units()) as text[]))"
WHOLE = "slip in (select slips_addressed_to_those_acting())"
PART = "(slip, part) in (select found.slip, found.part from parts_handed_to_those_acting() found)"
WITH_A_PART = """part is null and act in ('issue', 'receive', 'close', 'withdraw')
    and slip in (select found.slip from parts_handed_to_those_acting() found)"""


def _policies(read: str, added: str) -> None:
    op.execute(f"alter policy slip_acts_read on slip_acts using ({BUREAU} or {UNITS} and ({read}))")
    theirs = f"{UNITS} and act not in {BUREAU_ACTS} and {OWN} and ({added})"
    op.execute(f"alter policy slip_acts_added on slip_acts with check ({ISSUING} or {theirs})")


def upgrade() -> None:
    op.execute(FUNCTION.format(name="slips_addressed_to_those_acting()", type="setof text", query=ADDRESSED))
    table = "table (slip text, part integer)"
    op.execute(FUNCTION.format(name="parts_handed_to_those_acting()", type=table, query=f"select slip, part {HANDED}"))
    _policies(f"{WHOLE} or {PART} or {WITH_A_PART}", f"{WHOLE} or act in ('receive', 'answer') and {PART}")
    op.execute("drop function slips_of_those_acting()")


def downgrade() -> None:
    both = f"{ADDRESSED} union select slip {HANDED}"
    op.execute(FUNCTION.format(name="slips_of_those_acting()", type="setof text", query=both))
    theirs = "slip in (select slips_of_those_acting())"
    _policies(theirs, theirs)
    op.execute("drop function slips_addressed_to_those_acting()")
    op.execute("drop function parts_handed_to_those_acting()")

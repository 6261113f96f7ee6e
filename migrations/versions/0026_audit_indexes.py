"""The audit's rows of an account and of a unit are found without reading all rows.

Words are put into the index at once: else some change that holds the ledger would put in those of thousands before it.
A unit is a word of the subject, or what a place in the ledger at the subject's end is about; those are the fewer rows.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

UP = r"""
create index ix_audit_actor on audit (actor, id);
create index ix_audit_words on audit using gin (string_to_array(translate(subject, '/,=', '   '), ' '))
    with (fastupdate = off);
create index ix_audit_in_the_ledger on audit (id)
    where (outcome = 'done' and subject ~ '\mseq=\d{1,15}(…\d{1,15})?$');
"""
DOWN = """
drop index ix_audit_in_the_ledger;
drop index ix_audit_words;
drop index ix_audit_actor;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)

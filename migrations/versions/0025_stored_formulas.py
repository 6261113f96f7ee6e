"""Stored rates say by which formulas they are, and a table from where in the ledger these hold.

So the rates of a plan with other formulas are written beside those in use, by which nobody is kept from posting, and
hold from one row on. Both tables follow from the ledger and are filled anew after the migration.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

UP = """
drop table new_rates;
create table stored_formulas (
    number integer not null,
    seq bigint not null,
    constraint pk_stored_formulas primary key (number),
    constraint uq_stored_formulas_seq unique (seq)
);
truncate unit_rates;
alter table unit_rates drop constraint pk_unit_rates;
alter table unit_rates add column formulas integer not null;
alter table unit_rates add constraint pk_unit_rates primary key (unit_code, period, formulas, seq);
"""
DOWN = """
truncate unit_rates;
alter table unit_rates drop constraint pk_unit_rates;
alter table unit_rates drop column formulas;
alter table unit_rates add constraint pk_unit_rates primary key (unit_code, period, seq);
drop table stored_formulas;
create unlogged table new_rates (
    load bigint not null,
    unit_code text not null,
    period date not null,
    submission_id integer not null,
    state text not null,
    numerators bigint[] not null,
    denominators bigint[] not null,
    constraint pk_new_rates primary key (load, unit_code, period)
);
alter table new_rates enable row level security;
create policy new_rates_read on new_rates for select using ((select acting_role()) = 'system');
create policy new_rates_added on new_rates for insert with check ((select acting_role()) = 'system');
create policy new_rates_deleted on new_rates for delete using ((select acting_role()) = 'system');
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)

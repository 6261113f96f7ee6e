"""The far past is kept at several places of the ledger, so that a reader before much was corrected finds one near by.

Rows hold from one such place until another; what was kept at the one place there was, holds from it on.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AT_PLACES = """
alter table far_past drop constraint pk_far_past, add constraint pk_far_past primary key (basis, seq);
alter table unit_turns rename to unit_turns_before;
alter table rolled_up_rates rename to rolled_up_rates_before;
alter table unit_turns_before drop constraint pk_unit_turns;
alter table rolled_up_rates_before drop constraint pk_rolled_up_rates;

create table unit_turns (
    unit_code text not null,
    basis text not null,
    seq bigint not null,
    until_seq bigint,
    months integer[] not null,
    constraint pk_unit_turns primary key (unit_code, basis, seq),
    constraint ck_unit_turns_until_seq check (until_seq > seq)
);

create table rolled_up_rates (
    unit_code text not null,
    basis text not null,
    period date not null,
    seq bigint not null,
    until_seq bigint,
    numerators bigint[] not null,
    denominators bigint[] not null,
    states integer[] not null,
    reported integer[] not null,
    carried integer[] not null,
    expected integer[] not null,
    constraint pk_rolled_up_rates primary key (unit_code, basis, period, seq),
    constraint ck_rolled_up_rates_until_seq check (until_seq > seq)
);

insert into unit_turns (unit_code, basis, seq, months)
select unit_code, basis, seq, months from unit_turns_before join far_past using (basis);

insert into rolled_up_rates
    (unit_code, basis, period, seq, numerators, denominators, states, reported, carried, expected)
select unit_code, basis, period, seq, numerators, denominators, states, reported, carried, expected
from rolled_up_rates_before join far_past using (basis);

drop table unit_turns_before;
drop table rolled_up_rates_before;
"""
# What is known at the newest place stays; the rest is derived and is found anew.
AT_ONE_PLACE = """
delete from far_past where (basis, seq) not in (select basis, max(seq) from far_past group by basis);
delete from unit_turns where until_seq is not null;
delete from rolled_up_rates where until_seq is not null;
alter table far_past drop constraint pk_far_past, add constraint pk_far_past primary key (basis);
alter table unit_turns drop constraint pk_unit_turns, drop column seq, drop column until_seq,
    add constraint pk_unit_turns primary key (unit_code, basis);
alter table rolled_up_rates drop constraint pk_rolled_up_rates, drop column seq, drop column until_seq,
    add constraint pk_rolled_up_rates primary key (unit_code, basis, period);
"""


def upgrade() -> None:
    op.execute(AT_PLACES)


def downgrade() -> None:
    op.execute(AT_ONE_PLACE)

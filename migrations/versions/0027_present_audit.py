"""What the service's role writes into the audit is of the present, and only files past their days are forgotten.

The times of a row are bounded by the database's clock, five minutes back at most: a count is written two minutes after
the first that it counts. The owner's rows are taken as they are given. `forget_refused_files` acts for every account,
so the age is its own and nobody's to say.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

UP = """
create function keep_audit_present() returns trigger language plpgsql as $$
declare
    latest constant timestamptz := clock_timestamp();
    earliest constant timestamptz := latest - interval '5 minutes';
begin
    if not pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
        new.at := greatest(least(new.at, latest), earliest);
        new.until := greatest(least(new.until, latest), earliest);
    end if;
    return new;
end
$$;
create trigger audit_present before insert on audit
    for each row execute function keep_audit_present();

drop function forget_refused_files(timestamptz);
create function forget_refused_files() returns void language sql security definer
    set search_path = pg_catalog, public
    as $$ delete from refused_files where recorded_at < now() - interval '7 days' $$;
"""
DOWN = """
drop function forget_refused_files();
create function forget_refused_files(before timestamptz) returns void language sql security definer
    set search_path = pg_catalog, public as $$ delete from refused_files where recorded_at < before $$;

drop trigger audit_present on audit;
drop function keep_audit_present();
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)

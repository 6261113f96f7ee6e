"""What belongs to an extension is its own, and no migration's: it is neither compared nor named.

Whatever is put into an extension by hand counts as its own too, wherever PostgreSQL would let it: into the ones that
every server has, or may have without anybody asking, only what they come with is taken for theirs.
"""

from __future__ import annotations

# Rows `classid`, `objid`, to be put where a statement has a common table expression or a query in brackets.
# Of pg_stat_statements: everybody may read its views, and of others' statements they show no text. They are taken for
# its own by what they are, since a view can be replaced: all its columns, and nothing else, from its own function.
OF_STATEMENT_STATISTICS = r"""
    select d.classid, d.objid from pg_depend d join pg_extension e on e.oid = d.refobjid
    where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass and e.extname = 'pg_stat_statements'
        and (exists (select from pg_proc p where d.classid = 'pg_proc'::regclass and p.oid = d.objid
                and p.probin ~ '(^|/)pg_stat_statements$' and not p.prosecdef)
            or exists (select from pg_class c where d.classid = 'pg_class'::regclass and c.oid = d.objid
                and c.relkind = 'v' and pg_get_viewdef(c.oid) ~ (
                    '^ SELECT ([a-z_0-9]+,\s+)*[a-z_0-9]+\s+FROM ([a-z_]+[.])?'
                    || '(pg_stat_statements|pg_stat_statements_info)[(](true)?[)] [a-z_]+[(][a-z_0-9, ]+[)];$')))
"""
# TimescaleDB has its tables, views and functions of its owner's rights in schemas of its own.
OF_EXTENSION = f"""
    select d.classid, d.objid from pg_depend d join pg_extension e on e.oid = d.refobjid
    where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
        and e.extname not in ('plpgsql', 'pg_stat_statements')
        and not (e.extname ~ '^timescaledb' and (
            exists (select from pg_class c where d.classid = 'pg_class'::regclass and c.oid = d.objid
                and c.relnamespace::regnamespace::text in ('public', 'open'))
            or exists (select from pg_proc p where d.classid = 'pg_proc'::regclass and p.oid = d.objid
                and p.prosecdef and p.pronamespace::regnamespace::text in ('public', 'open'))
            or exists (select from pg_namespace n where d.classid = 'pg_namespace'::regclass and n.oid = d.objid
                and n.nspname !~ '^(_?timescaledb|toolkit)')))
    union all {OF_STATEMENT_STATISTICS}
"""  # noqa: S608  a text of this file

"""What belongs to an extension is its own, and no migration's: it is neither compared nor named.

Whatever is put into an extension by hand counts as its own too, wherever PostgreSQL would let it: into the ones that
every server has, or may have without anybody asking, only what they come with is taken for theirs.
"""

from __future__ import annotations

# Rows `classid`, `objid`. To be put where a statement has a common table expression.
OF_EXTENSION = """
    select d.classid, d.objid from pg_depend d join pg_extension e on e.oid = d.refobjid
    where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass and e.extname <> 'plpgsql'
        and (e.extname <> 'pg_stat_statements'
            or exists (select from pg_proc p where d.classid = 'pg_proc'::regclass and p.oid = d.objid
                and p.probin ~ '(^|/)pg_stat_statements$')
            or exists (select from pg_class c where d.classid = 'pg_class'::regclass and c.oid = d.objid
                and c.relkind = 'v' and c.relname in ('pg_stat_statements', 'pg_stat_statements_info')))
"""

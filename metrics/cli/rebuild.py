"""`biaochi rebuild`: make the derived tables anew from what the ledger holds."""

from __future__ import annotations

import typer

from metrics.cli.connection import opened_database


def rebuild_command() -> None:
    """重建派生数据表 / Make the derived tables anew: rates by unit and month, the far past, verdicts.

    分批进行,每批一个事务;服务可照常运行。以 BIAOCHI_MIGRATION_URL 连接。
    Some units at a time, each part in a transaction of its own, beside a running service. Connects with
    BIAOCHI_MIGRATION_URL, since the application's role deletes nothing from these tables.
    """
    from metrics.cli.ledger import progress_bar
    from metrics.commands.derive_rates import parts_to_rebuild, rebuild_formulas, rebuild_rates
    from metrics.commands.keep_far_past import far_past_held, rebuild_far_past
    from metrics.commands.keep_open_progress import bring_open_progress_up_to_date
    from metrics.database import Sessions, make_engine

    with opened_database() as opened:
        owner = make_engine(opened.owner, pool_size=1)
        try:
            sessions = Sessions(owner)
            with sessions.write() as session:
                rebuild_formulas(session)
                parts = parts_to_rebuild(session)
            with far_past_held(owner), progress_bar("重建 / Rebuilding", total=len(parts)) as progress:
                for done, units in enumerate(parts, start=1):
                    with sessions.write() as session:
                        rebuild_rates(session, units=units)
                    if progress is not None:
                        progress(done)
                with sessions.write() as session:
                    rebuild_far_past(session)
        finally:
            owner.dispose()
        bring_open_progress_up_to_date(always=True)
    count = sum(len(units) for units in parts)
    typer.echo(f"已重建 {count} 个单位的派生数据。\nThe derived rows of {count} units were made anew.")

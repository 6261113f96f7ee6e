"""`biaochi serve`: the service, with everything it needs."""

from __future__ import annotations


def serve_command() -> None:
    """启动服务,Ctrl-C 停止 / Serve until Ctrl-C, which stops everything this command started.

    未设置 BIAOCHI_DATABASE_URL 时启动内置 PostgreSQL;升级数据库结构;首次运行载入 BIAOCHI_PLAN 所指的方案;未指明时载入
    本市方案并生成演示数据,BIAOCHI_DEMO=0 时都不载入。
    Starts the embedded PostgreSQL unless BIAOCHI_DATABASE_URL is set, migrates it, and on the first run loads the plan
    that BIAOCHI_PLAN names; without one the city's own with synthetic demonstration data, with BIAOCHI_DEMO=0 neither.
    """
    from metrics.cli.serving import serve_until_stopped

    serve_until_stopped()

"""On which terms the data are given; every form that says so says the same."""

from __future__ import annotations

from metrics.plan.model import Text

DATA_TERMS = Text(
    zh="数据归填报单位和发布单位所有,使用范围由发布单位决定;软件 Apache-2.0",
    en="The data belong to those who reported and publish them, who decide on their use; the software is Apache-2.0",
)

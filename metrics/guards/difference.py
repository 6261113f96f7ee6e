"""What in the database is not as the migrations make it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metrics.errors import Message


class Amiss(StrEnum):
    GONE = "gone"
    CHANGED = "changed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class GuardDifference:
    """One object: its kind and name, as :mod:`metrics.guards.catalog` and :mod:`metrics.guards.rights` call it."""

    kind: str
    name: str
    how: Amiss
    note: Message | None = None

    @property
    def message(self) -> Message:
        """What is wrong with it, in both languages."""
        zh, en = _KINDS[self.kind], self.kind
        said = {
            Amiss.GONE: Message(f"{zh} {self.name} 缺失。", f"The {en} {self.name} is gone."),
            Amiss.CHANGED: Message(
                f"{zh} {self.name} 与迁移所建的不同。", f"The {en} {self.name} is not as the migrations make it."
            ),
            Amiss.ADDED: Message(
                f"{zh} {self.name} 不是迁移所建。", f"The {en} {self.name} is none that the migrations make."
            ),
        }
        found = said[self.how]
        return found if self.note is None else Message(f"{found.zh}{self.note.zh}", f"{found.en} {self.note.en}")


_KINDS = {
    "schema": "架构",
    "table": "表",
    "view": "视图",
    "foreign table": "外部表",
    "column": "列",
    "constraint": "约束",
    "index": "索引",
    "trigger": "触发器",
    "policy": "行级安全策略",
    "rule": "规则",
    "inheritance": "继承",
    "function": "函数",
    "sequence": "序列",
    "type": "类型",
    "operator": "运算符",
    "event trigger": "事件触发器",
    "subscription": "订阅",
    "publication": "发布",
    "replication slot": "逻辑复制槽",
    "extension": "扩展",
    "foreign server": "外部服务器",
    "language": "语言",
    "cast": "类型转换",
    "collation": "排序规则",
    "conversion": "编码转换",
    "operator class": "运算符类",
    "operator family": "运算符族",
    "access method": "访问方法",
    "foreign data wrapper": "外部数据包装器",
    "transform": "语言类型变换",
    "text search dictionary": "全文检索词典",
    "text search configuration": "全文检索配置",
    "text search parser": "全文检索解析器",
    "text search template": "全文检索模板",
    "statistics object": "扩展统计",
    "large object": "大对象",
    "migration": "迁移版本",
    "owner": "所有者",
    "right": "权利",
    "role": "角色属性",
    "setting": "设置",
}

"""Why the ledger does not go on from what the signer remembers, in words and with what there is to do."""

from __future__ import annotations

from metrics.errors import Message, Unavailable
from metrics.ledger.leaves import TilePlace


def not_of_leaves(place: TilePlace, *, size: int) -> Unavailable:
    """That entries are no longer those of which the tree's stored hashes were made."""
    first, last = place.entries(size=size)
    return Unavailable(
        "ledger_rewritten",
        Message(
            f"账本被改写:第 {first}–{last} 条与入账时留下的哈希不符。不再签名,也不再收数。"
            "请执行 biaochi ledger check 找出被改的行,查明谁动了数据库,并从备份恢复。",
            f"The ledger was rewritten: entries {first} to {last} do not have the hashes that were stored of them. "
            "Nothing is signed and nothing taken in. biaochi ledger check names the rows; find out who changed the "
            "database, and restore it from a backup.",
        ),
    )


def set_back(remembered: int, size: int) -> Unavailable:
    """That the database has fewer entries than the signer remembers."""
    return Unavailable(
        "ledger_set_back",
        Message(
            f"账本被退回:签名器记得有 {remembered} 条,数据库现只有 {size} 条。不再签名,也不再收数。若为恢复备份,"
            "请执行 biaochi ledger restored --reason 原因。",
            f"The ledger was set back: the signer remembers {remembered} entries, the database has {size}. Nothing is "
            "signed and nothing taken in. If a backup was restored, run biaochi ledger restored --reason REASON.",
        ),
    )


def rewritten(size: int) -> Unavailable:
    """That the first `size` entries are no longer those that the signer remembers."""
    return Unavailable(
        "ledger_rewritten",
        Message(
            f"账本被改写:前 {size} 条已不是签名器记得的内容。不再签名,也不再收数。请查明谁动了数据库;"
            "若为恢复备份,请执行 biaochi ledger restored --reason 原因。",
            f"The ledger was rewritten: its first {size} entries are not what the signer remembers. Nothing is signed "
            "and nothing taken in. Find out who changed the database; if a backup was restored, run biaochi ledger "
            "restored --reason REASON.",
        ),
    )


def given_up(code: str, *, here: int, remembered: int) -> Unavailable:
    """That the database has the ledger from before a restore that was declared: who declares another one forks it."""
    return Unavailable(
        code,
        Message(
            f"数据库里是声明恢复之前的账本:签名器已记到第 {remembered} 期,这里还是第 {here} 期。不再签名,也不再收数。"
            "若共用密钥的另一实例已恢复备份,请停下本实例;"
            "若本库又恢复了更早的备份,请执行 biaochi ledger restored --reason 原因。",
            "The database has the ledger from before a restore that was declared: the signer is in epoch "
            f"{remembered}, this is epoch {here}. Nothing is signed and nothing taken in. If another instance with "
            "this key was restored, stop this one; if an older backup was restored here, run biaochi ledger restored "
            "--reason REASON.",
        ),
    )


def missing() -> Unavailable:
    """That there is no memory of a ledger that was signed before."""
    return Unavailable(
        "ledger_memory_missing",
        Message(
            "签名器的记忆文件不在:账本曾有签名,是否被换过无从对照。不再签名,也不再收数。请放回该文件(在密钥文件旁边);"
            "找不回来则执行 biaochi ledger restored --reason 原因。",
            "What the signer remembers is gone: this ledger was signed before, and whether it was exchanged cannot be "
            "told. Nothing is signed and nothing taken in. Put the file back beside the key; if it is lost, run "
            "biaochi ledger restored --reason REASON.",
        ),
    )

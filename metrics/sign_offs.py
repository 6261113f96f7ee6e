"""How a unit's leader signs (签发) submissions and material, in the words that are kept: in the ledger, of links."""

from __future__ import annotations

from enum import StrEnum

LINK_PURPOSE = "submission_sign_off"
MATERIAL_LINK = "material_sign_off"


class How(StrEnum):
    """How a leader signed: by the link sent to the leader's own address, by their own account, or on paper.

    RECORDED: a clerk or reviewer typed the leader's name, which counted until leaders signed themselves.
    """

    LINK = "link"
    ACCOUNT = "account"
    PAPER = "paper"
    RECORDED = "recorded"

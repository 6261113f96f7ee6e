"""Witnesses: others who see that the ledger is only extended, and put their signature under its checkpoints.

C2SP tlog-witness and tlog-cosignature, from both sides: asking them, and being one.
"""

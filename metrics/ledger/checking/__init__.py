"""Checking the whole ledger: every entry against the tables, the tree, and the signed checkpoints."""

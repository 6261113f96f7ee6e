"""Verdicts, ranks and shown figures of many units in whole columns: frames in, frames out, exact (domain rules 1–10).

No database and no floats in a result. The `Fraction` code is the oracle in the tests.
"""

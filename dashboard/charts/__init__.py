"""Figures and small drawings: values in, picture out; no database, no language of their own but what they are given."""

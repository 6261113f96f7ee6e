"""Benchmarks: one file a ratio, each against a reference measured in the same run. `make bench` prints them all."""

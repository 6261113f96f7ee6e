"""Mutations of the arithmetic: every module is changed in one place at a time, and its own tests must notice.

A runner of its own: the kept ones (cosmic-ray, mutmut) write changed files into a working tree or a copy of it and
start a process, or change only what stands in functions without a decorator; here a change is made to the syntax tree
in memory, in a fork of a process that has loaded everything else.
"""

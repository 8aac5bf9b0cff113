"""Mutation of connectors: is every mistake that the format's description lets one make found?

`clean/` holds a connector with its evidence in which nothing is wrong. `operators.py` makes mistakes in it,
one at a time; they were written from docs/format.md without looking at the rules. `python -m tests.mutation`
(`make mutation`) prints how many of each family are found, and what was found where nothing is wrong.
"""

"""Mutation of connectors: is every mistake that the format's description lets one make found?

`clean_connectors.py` has three connectors in which nothing is wrong. `operators.py` makes mistakes in them,
one at a time; they were written from docs/format.md without looking at the rules. `equivalents.py` makes
changes that are no mistakes. `python -m tests.mutation` (`make mutation`) prints how many mistakes of each
family are found, and what was found where nothing is wrong; docs/detection.md keeps the table.
"""

"""A rule failed while it looked at a connector.

Why: it is connlint's mistake, not yours. What the rule would have said is unknown; all other rules still ran,
and the exit status is that of an error, so that a broken rule never looks like a clean connector.
Fix: none; report it with the file that brings it about, and leave the rule out until then (`--ignore RULE`).
"""

from connlint.rule import Iterator, Problem, Rule, Severity, rule


# The engine raises it. No connector holds a node of this kind, so the check itself is never called.
@rule(on=Rule, severity=Severity.ERROR)
def check(_: Rule) -> Iterator[Problem]:
    return iter(())

"""An ignore, or an entry of the baseline, covers nothing.

Why: it was mistyped and what it should cover is still shown, or what it covered is mended and the next
mistake at that place would go unseen.
Not flagged: entries about rules or connectors that this run did not check.
Fix: remove the ignore, unless its address is near one that there is (safe).
"""

from connlint.rule import Iterator, Problem, Rule, Severity, rule


# Triage raises it. No connector holds a node of this kind, so the check itself is never called.
@rule(on=Rule, severity=Severity.WARNING)
def check(_: Rule) -> Iterator[Problem]:
    return iter(())

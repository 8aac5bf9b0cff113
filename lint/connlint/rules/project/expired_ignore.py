"""An ignore is past its `until` date.

Why: what it covered is shown again. The date makes a team look anew; it is info, for a date must not break a
build.
Not flagged: ignores without a date.
Fix: none; mend the finding, or set another date.
"""

from connlint.rule import Iterator, Problem, Rule, Severity, rule


# Triage raises it. No connector holds a node of this kind, so the check itself is never called.
@rule(on=Rule, severity=Severity.INFO)
def check(_: Rule) -> Iterator[Problem]:
    return iter(())

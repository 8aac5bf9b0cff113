"""An object has the same key twice.

Why: JSON and YAML readers differ in which of the two they keep, and all of them drop the other silently.
RFC 8259, section 4, calls the outcome unpredictable; YAML 1.2.2, section 3.2.1.1, forbids it.
Fix: none; both values are plausible. Keep one, or rename the one that was meant to be another key.
"""

from connlint.rule import Document, Iterator, Problem, Severity, faults_of, rule


@rule(on=Document, severity=Severity.ERROR)
def check(document: Document) -> Iterator[Problem]:
    return faults_of(document, "duplicate-key")

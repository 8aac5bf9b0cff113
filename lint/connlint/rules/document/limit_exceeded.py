"""A document is bigger or more deeply nested than any connector needs.

Why: no hand-written connector comes near these limits, and a file that passes them can bring a reader down:
128 levels, 16 MiB, a million values, 100,000 values added by YAML aliases (a contract: 64 MiB, 5 million).
Fix: none; split the connector, or look for what generates the file. What lies behind the limit is not read.
"""

from connlint.rule import Document, Iterator, Problem, Severity, faults_of, rule


@rule(on=Document, severity=Severity.ERROR)
def check(document: Document) -> Iterator[Problem]:
    return faults_of(document, "limit-exceeded")

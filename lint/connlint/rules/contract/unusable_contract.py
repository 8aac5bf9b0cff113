"""The contract is no OpenAPI 3 document.

Why: nothing can be held to it. OpenAPI 3.0 and 3.1 are read; Swagger 2.0 is not.
Not flagged: text that is not JSON or YAML (`syntax-error`).
Fix: none; convert the document to OpenAPI 3.0 or 3.1 (the vendor may publish one), or take it away.
"""

from connlint.rule import Document, Iterator, Problem, Severity, faults_of, rule


@rule(on=Document, severity=Severity.ERROR)
def check(document: Document) -> Iterator[Problem]:
    return faults_of(document, "unusable-contract")

"""A document's text is not JSON, not YAML or not UTF-8.

Why: the platform cannot read it at all, and what cannot be read is not checked either.
Not flagged: files of a repository that hold nothing of a connector. A limit that is passed
(`limit-exceeded`); a key that stands twice (`duplicate-key`).
Fix: none; the message says what was expected where reading stopped. The rest of the file is read where the
syntax allows it, so that one mistake hides nothing else.
"""

from connlint.rule import Document, Iterator, Problem, Severity, faults_of, rule


@rule(on=Document, severity=Severity.ERROR)
def check(document: Document) -> Iterator[Problem]:
    return faults_of(document, "syntax-error")

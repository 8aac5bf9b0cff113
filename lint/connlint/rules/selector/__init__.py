"""Rules of the family selector."""

NEEDS_EVIDENCE = (
    "never_seen",
    "sometimes_missing",
    "unreachable_selector",
    "wrong_multivalue",
    "wrong_selector_type",
)
"""Rules that have nothing to say of a connector without evidence: a run without any never imports them."""

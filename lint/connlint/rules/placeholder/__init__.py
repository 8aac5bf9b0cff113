"""Rules of the family placeholder."""

NEEDS_EVIDENCE = ("dropped_body_key",)
"""Rules that have nothing to say of a connector without evidence: a run without any never imports them."""

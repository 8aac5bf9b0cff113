"""Rules of the family webhook."""

NEEDS_EVIDENCE = (
    "delivery_id",
    "deprecated_event",
    "missing_event",
    "stale_events",
    "unknown_event",
    "unreachable_payload_selector",
    "wrong_payload_type",
)
"""Rules that have nothing to say of a connector without evidence: a run without any never imports them."""

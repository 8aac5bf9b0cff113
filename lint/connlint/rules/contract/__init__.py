"""Rules of the family contract."""

NEEDS_EVIDENCE = (
    "contract_mismatch",
    "deprecated_operation",
    "missing_body_key",
    "missing_option",
    "missing_query",
    "unknown_body_key",
    "unknown_operation",
    "unknown_option",
    "unknown_query",
    "unsupported_content_type",
    "unusable_contract",
    "wrong_auth",
    "wrong_body_type",
    "wrong_method",
)
"""Rules that have nothing to say of a connector without evidence: a run without any never imports them."""

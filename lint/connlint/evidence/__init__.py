"""What the vendor says and does: contract, events, fixtures; and verdicts over a connector's fields."""

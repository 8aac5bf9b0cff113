"""Rules of the family template."""

"""Rules of the family document."""

"""Rules of the family project."""

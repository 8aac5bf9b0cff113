"""Rules of the family contract."""

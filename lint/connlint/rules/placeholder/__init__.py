"""Rules of the family placeholder."""

"""Rules of the family selector."""

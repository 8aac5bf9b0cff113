"""Rules of the family page."""

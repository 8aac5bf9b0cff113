"""Rules of the family service."""

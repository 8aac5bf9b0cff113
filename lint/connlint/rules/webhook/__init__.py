"""Rules of the family webhook."""

"""Rules of the family resource."""

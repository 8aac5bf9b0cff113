"""connlint: a validator, linter, mock and editor support for API connector specs."""

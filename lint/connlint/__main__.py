"""`python -m connlint`."""

from connlint.cli import main

main()

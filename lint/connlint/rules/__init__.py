"""The rules: one a file, `<family>/<rule_id>.py`; they import only `connlint.rule`."""

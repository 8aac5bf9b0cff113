"""The language server: what `check` says, while the author types. Only `server` imports pygls."""

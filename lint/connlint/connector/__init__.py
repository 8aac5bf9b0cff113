"""The typed model of a connector: what its documents say, each node with its place and address."""

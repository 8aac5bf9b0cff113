"""Renderers: a report to text, one format a file. None of them writes anything."""

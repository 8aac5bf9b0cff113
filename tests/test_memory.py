"""What a large run keeps: of a connector that has been checked, nothing that would wait to be collected."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from tests.bench.corpus import Order, write

from connlint.run import Request, run


@pytest.mark.parametrize("faults", [0, 10])
def test_a_connector_that_was_checked_leaves_no_cycles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: int
) -> None:
    folder = write(tmp_path, Order(1, 8_000, faults=faults))
    request = Request((folder,), tmp_path)
    run(request)
    gc.collect()
    gc.disable()
    monkeypatch.setattr(gc, "enable", lambda: None)
    try:
        report = run(request).report
        left = gc.collect()
    finally:
        monkeypatch.undo()
        gc.enable()

    assert bool(list(report.all_findings)) == bool(faults)
    assert left == 0

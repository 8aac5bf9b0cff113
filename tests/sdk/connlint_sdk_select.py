"""A pytest plugin: of the openai package's own tests, those of operations of specs/chatgpt.

A module of its own by a name of its own, since the package's distribution has a package `tests` too.
"""

from __future__ import annotations

from importlib.util import find_spec

OURS = {
    "test_models.py": ("list", "retrieve", "delete"),
    "test_files.py": ("create", "retrieve", "list", "delete"),
    "test_batches.py": ("create", "retrieve", "list", "cancel"),
    "test_moderations.py": ("create",),
    "test_embeddings.py": ("create",),
    "test_images.py": ("generate",),
    "test_responses.py": ("create", "retrieve", "delete"),
    "test_vector_stores.py": ("create", "retrieve", "update", "list", "delete"),
    "audio/test_speech.py": ("create",),
    "audio/test_transcriptions.py": ("create",),
    "chat/test_completions.py": ("create",),
    "fine_tuning/test_jobs.py": ("create", "retrieve", "list", "cancel"),
    "beta/test_assistants.py": ("create", "retrieve", "update", "list", "delete"),
    "beta/test_threads.py": ("create", "retrieve", "delete"),
    "beta/threads/test_messages.py": ("create", "retrieve", "list", "delete"),
    "beta/threads/test_runs.py": ("create", "retrieve", "list", "cancel"),
}
"""The package's test modules and the methods in them that are operations of specs/chatgpt."""
KINDS = ("method", "raw_response", "streaming_response", "path_params")


def selected(name: str, method: str) -> bool:
    """Whether a test's name says that it tests a method: `test_raw_response_create_overload_1`."""
    for kind in KINDS:
        rest = name.removeprefix(f"test_{kind}_")
        if rest != name:
            tail = rest.removeprefix(method)
            return tail != rest and (not tail or tail.startswith(("_with_all_params", "_overload_")))
    return False


def pytest_collection_modifyitems(items: list[object]) -> None:
    """Drop what tests anything else."""
    kept = []
    without_aiohttp = find_spec("aiohttp") is None  # one of the clients that the tests run with
    for item in items:
        if without_aiohttp and "aiohttp" in str(getattr(item, "nodeid", "")):
            continue
        path = str(getattr(item, "path", "")).replace("\\", "/")
        name = str(getattr(item, "originalname", ""))
        for module, methods in OURS.items():
            if path.endswith(f"/api_resources/{module}") and any(selected(name, one) for one in methods):
                kept.append(item)
    items[:] = kept

"""What all tests share: where the real input lies, and a refusal to skip silently in CI."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Under TEPAT_NO_SKIP (CI) a skipped test is a failed one."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("TEPAT_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI: {report.longrepr}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real boundaries and surveys; never copied into the project."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is absent: real boundaries and surveys are not part of the project")
    return SHARED

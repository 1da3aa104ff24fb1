"""The worked examples use the same small builder as the tests of the measures."""

from tests.analytics.conftest import build, store

__all__ = ["build", "store"]

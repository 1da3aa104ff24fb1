"""Boundaries in, checked and simplified; one description of a map for screen and paper."""

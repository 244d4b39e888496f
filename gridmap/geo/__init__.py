"""Frames of places and their checks, coordinate systems, codes, coverage topology and quality figures."""

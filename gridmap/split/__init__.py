"""Cutting units into cells of balanced load."""

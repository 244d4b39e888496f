"""Straight."""

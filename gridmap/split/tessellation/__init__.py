"""Tessellation."""

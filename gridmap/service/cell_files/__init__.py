"""Cell files."""

"""Again."""

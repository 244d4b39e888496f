"""Running one pure function over many tasks."""

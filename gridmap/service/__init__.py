"""Use cases, one verb each: check rights, load, call the pure core, save with an event, return."""

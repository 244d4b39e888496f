"""From a plan and a moment to states, indicators and concerns. Pure: the clock is an argument."""

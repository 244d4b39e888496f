"""The benchmark of the splitting engine: ground, cases, peers, table."""

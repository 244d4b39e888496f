"""The fictional county 云泽县: terrain, borders, roads, buildings, people, posts, sites, and known faults."""

"""The nouns: places, people, sites, plans and what is found out about them. No geometry, no storage."""

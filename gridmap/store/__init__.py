"""The workspace: one GeoPackage file of places, people, posts, accounts, and the log of every change."""

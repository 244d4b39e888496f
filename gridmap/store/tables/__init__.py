"""The tables of a workspace, as SQLAlchemy Core knows them. Columns are named as in the frames of `Plan`.

Layers (with geometry): units, cells, buildings, checkpoints, contact_sites. Attribute tables: people, posts,
teams, visits, cuts. Hidden from map programs: plan, event, users, sessions, what imports remember
(field_mappings, name_aliases), and rounds of collecting (return_rounds, return_issues, returns).

accounts    Who may sign in, and who is signed in
collecting  Rounds of collecting: what went out, and what came back
columns     How tables are declared: the one metadata, and columns that read alike in every table
importing   What imports remember: columns by source, and names of places
log         The log of every change
people      People, the posts that put them to places, and teams
places      Places: units, cells with their cuts and buildings, checkpoints, contact sites
plan        The plan itself: one row of what holds for the whole workspace
work        What was done at places: visits
"""

from __future__ import annotations

from typing import Final

from gridmap.store.tables.accounts import sessions, users
from gridmap.store.tables.collecting import return_issues, return_rounds, returns
from gridmap.store.tables.columns import METADATA, WallClock, geometry_kind, key_of
from gridmap.store.tables.importing import field_mappings, name_aliases
from gridmap.store.tables.log import event
from gridmap.store.tables.people import people, posts, teams
from gridmap.store.tables.places import buildings, cells, checkpoints, contact_sites, cuts, units
from gridmap.store.tables.plan import plan
from gridmap.store.tables.work import visits

__all__ = [
    "CONTENT",
    "METADATA",
    "WallClock",
    "buildings",
    "cells",
    "checkpoints",
    "contact_sites",
    "cuts",
    "event",
    "field_mappings",
    "geometry_kind",
    "key_of",
    "name_aliases",
    "people",
    "plan",
    "posts",
    "return_issues",
    "return_rounds",
    "returns",
    "sessions",
    "teams",
    "units",
    "users",
    "visits",
]

CONTENT: Final = (units, cells, buildings, people, posts, teams, checkpoints, contact_sites, visits, cuts)
"""The tables a plan is made of, in the order they are written."""

"""Whom and which place a row means.

A match is sure or a question; nothing is matched silently.

faults      What matching left open, as faults of the cells that ask: units and people to be decided by a
            person
people      Rows matched to people: by id, by phone, by name and unit; whoever is new is listed and never made
unit_names  Names of units as people vary them: 寺门村镇 and 寺门村, XX街道 and XX街道办事处, XX村 and
            XX村委会
units       Rows matched to units by code and name: inside their parent, by stripped names; the rest is
            suggested
"""

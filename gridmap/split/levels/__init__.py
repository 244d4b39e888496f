"""Levels below and above cells: micro-grids, and zones.

levels  Levels of cells: micro-grids inside cells, and upper levels that are the union of what lies in them
zones   The levels above cells: zones after a list, and villages, townships, counties after the parents' codes
"""

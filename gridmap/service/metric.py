"""Frames of files in the one metric system that cells are cut and measured in."""

from __future__ import annotations

import pyproj

from gridmap.geo.frames import Points, Units, check_points, check_units, converted


def units_in(units: Units, system: pyproj.CRS) -> Units:
    """Units in another system."""
    return check_units(converted(units, system))


def points_in(points: Points, system: pyproj.CRS) -> Points:
    """Points in another system."""
    return check_points(converted(points, system))

"""The page Boundaries & cells: where boundaries come from, what was found, what saving would change.

compare  What saving boundaries would change in the workspace: unit by unit, before anything is saved
found    What was found in a file of boundaries or of points, and how it lies on a map
source   Where boundaries come from: a file with its columns matched, or the units that are here
"""

"""Units: read, compared with those that are here, mended, saved; and areas of drawings.

A unit is a place of the division tree; boundaries are its shape. Reading asks, saving is one change.

changes        What bringing units in again would change: added, changed, unchanged, refused, not in the file
cleaning       Mend the boundaries of a file, so that they meet edge to edge, and list what was wrong
drawing_place  Where a drawing lies: by points known in it and on the ground, or in a system that its numbers
               fit
drawings       From a drawing of a CAD program to areas on the ground, with the labels that stand in them
preview        Boundaries on their way into a workspace: read and told of, joined with the units that are
               there
samples        Something to begin with: an empty workspace filled with the real boundaries of Boston
saving         Bringing boundaries and cells into a workspace as they are: read, check, save as one change
"""

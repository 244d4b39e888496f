"""Units: read, compared with those that are here, mended, saved; and areas of drawings.

A unit is a place of the division tree; boundaries are its shape. Reading asks, saving is one change.

changes        What bringing units in again would change: added, changed, unchanged, refused, not in the file
cleaning       Mend the boundaries of a file, so that they meet edge to edge, and list what was wrong
drawing_place  Where a drawing lies: by points known in it and on the ground, or in a system that its numbers
               fit
drawings       From a drawing of a CAD program to areas on the ground, with the labels that stand in them
joining        The units of a file joined with those of the workspace, levels and areas worked out anew
new_workspace  A workspace made anew: empty, or for boundaries to come
present        The units that are here, as a frame like a file's: put together once a revision, shared by all
               sessions
preview        Boundaries on their way into a workspace: how to read a file of them, and what is in it
samples        Something to begin with: an empty workspace filled with the real boundaries of Boston
saving         Bringing boundaries into a workspace as they are: read, check, save as one change
"""

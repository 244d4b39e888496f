"""Splitting again: what still fits stays, codes go with households, nothing else is touched.

changed_units  Units that are not those of the last split: new ones, ones that are no more, ones with other
               borders
matching       Which new cell takes the place of which old one, so that codes, names and posts survive a new
               split
patch          New cells put in the place of some old ones: they meet all others vertex by vertex, and nothing
               else moves
relieve        Relief: only cells with too much load are split, only cells with too little merged; all others
               stay
replacement    From new shapes and codes to the table of cells, and the report of what changed in each unit
resplit        Splitting units again: what still fits stays, codes go with households, and nothing else is
               touched
split_again    Units that changed afresh first, then the others with stability: what drafts and files both do
unit_scene     Units with the cells they have and the load they have now: what a second split starts from
"""

"""The nouns: places, people, sites, plans and what is found out about them. No geometry, no storage.

access       Who may do what, and where: roles, actions, and users whose scope is a part of the county
audience     For whom an export is made: what it may hold of people, and the mark it bears
changes      What becomes of the rows of a file that is brought in, whatever it tells of
collecting   Collecting: rounds in which templates go out to units, and the files that come back
faults       A fault of a file that was read: what kind, where, what was done about it and what remains to do
fields       What fields of files and columns of tables are called: on a page, in a template, in a preview
files        The kinds of file that offices send: what they are called, what they hold, who may bring them in
labels       What kinds, functions and states are called; titles of people are free text and never come from
             here
masking      Texts out of files as they are told again: no number of a telephone or an identity card is whole
             in them
people       People, their functions, and the posts that put them to units, cells, checkpoints and sites
place_kinds  Kinds of place: where each keeps its rows, in which units it lies, and which scope reaches one
places       Places: the kinds of administrative units and the levels of a plan
plan         A plan: everything known of a workspace at one revision, without geometry
posts        Posts at a moment: which of them hold, which have not ended yet
products     What a scope can be taken out as: each product, the files it is written as, what can be chosen
scope        A scope: the part of an evaluation that lies inside one unit
sites        Checkpoints, contact sites and visits: their kinds and states
status       What is found out about a plan at a moment: states, indicators, and things that want attention
"""

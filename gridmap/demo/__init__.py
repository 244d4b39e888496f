"""The fictional county 云泽县: terrain, borders, roads, buildings, people, posts, sites, and known faults.

cells        The county's cells: cut by the product's own splitter from the buildings, then named and
             described
checkpoints  Checkpoints: where roads cross borders of townships and of the county, and at gates in the seat
county       The whole demonstration county, made from a seed and a date
duty         Duty rosters of checkpoints over three days: shifts, crews, and the planted gaps and days without
             rest
extent       How large a generated county is: the full demonstration county, and a small one for quick trials
faults       The faults that are planted on purpose: where they are, and how many of each kind there are
land/        The land of the fictional county: terrain, borders, roads, buildings, and the names of places
people/      The people of the fictional county: who there is, and who is posted where
sites        Contact sites of every kind, the officers posted to them, and the visits of teams
workspace    The demonstration county written as a workspace
"""

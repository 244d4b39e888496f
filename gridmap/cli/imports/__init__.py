"""The command `gridmap import`: what an office has, into a workspace.

importing  The command import: boundaries, cells, and tables of offices into a workspace
tables     Bringing tables of offices in by the command line: how columns are read, what is refused, one
           change
"""

"""Products for paper and files: who may have what, and what it is made of.

exports  Taking a scope out of the house: as a sheet of paper, a ledger, or geodata, each for an audience
geodata  A scope as geodata for other map programs
ledgers  A scope as a ledger: its figures and places as sheets of a workbook
request  What is asked of an export, what comes of it, and what every product says of itself
sheets   A scope as a sheet of paper: the map with its legend, figures and table
"""

"""Products for paper and files: who may have what, and what it is made of.

exports  Taking a scope out of the house: as a sheet of paper, a ledger, or geodata, each for an audience
"""

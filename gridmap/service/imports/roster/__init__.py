"""The roster: people and their posts as a workbook, out and in again.

file      The roster as a spreadsheet: written for the office, read back as a preview, saved as one change
posts     Which posts the rows of a roster file mean, and what they change of them
reading   The sheets of a roster file read into lines, with a fault for every cell that is odd
report    The report of an import as plain values: a roster that gridmap wrote has the keys of all others
settling  What the rows of a roster file do together: edits of people and posts, and the rows that are refused
who       Who is meant by the rows of a roster file: by id, else by phone, else by name and unit
"""

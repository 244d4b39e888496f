"""The page Import, step by step.

asking    The questions of the page Import: what a file leaves open, asked in the words of every page
changes   The last step of an import: what the file would change, row by row, and saving it as one change
columns   The third step of an import: which column means which of our fields, corrected, saved and loaded
compare   A file held against the plan in the background; begun anew when a column, an answer or the plan
          changes
desk      What lies on the desk while a file is brought in: the file, what was said of it, work under way,
          decisions
faults    Faults of a file that is brought in: where, what was done, what remains; as a table and as files
file      The first step of an import: the file, and what it is brought in as
found     The second step of an import: what is in the file, how that was found, and what the page has to ask
look      A file that is looked into: its sheets or layers, and the one that is read, or why it is not
matching  The fourth step of an import: places and people that were not found, and what is left over on both
          sides
progress  A file that is read or compared: how far it is, and a way to stop it
"""

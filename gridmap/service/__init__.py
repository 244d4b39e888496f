"""Use cases, one verb each: check rights, load, call the pure core, save with an event, return.

accounts        Local accounts: who may sign in, by which password, and until when a sign-in holds
boundaries/     Units: read, compared with those that are here, mended, saved; and areas of drawings
briefings/      Products for paper and files: who may have what, and what it is made of
cell_files/     Cells as files, for the command line: split, checked, edited, summed up to levels
cells/          Cells of the workspace: cutting units into a draft, correcting cells in a sketch, saving
                either
files/          What is in a file that is not read in yet
history/        What was changed, in words; taking it back
imports/        Tables of offices, of any kind: read, matched, previewed row by row, saved as one change
metric          Frames of files in the one metric system that cells are cut and measured in
operations/     What a commander looks at: cards of places, whom to call, figures and reports
people/         People and their posts: tables, the rules of posting, saving
plan_cache      Plans, evaluations and geometry kept in memory, keyed by revision, shared read-only by all
                sessions
reading_limits  What foreign files may cost, by the settings; for the composition roots to set where they
                start
returns/        Collecting: templates out to the townships, files back
rights          The one gate that every use case passes first
workspaces      Opening a workspace and loading what screens and sheets are made of
"""

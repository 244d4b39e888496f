"""The workspace: one GeoPackage file of places, people, posts, accounts, and the log of every change.

accounts       Users and their sessions as rows. What a password or a token is, only `service.accounts` knows
binding        Frames turned into rows that SQLite takes: checked, typed, defaults filled in, geometry as
               blobs
cells          Cells in a change: what moved on, cells retired with the posts at them, what lies in cells
               placed anew
changes        Changes to a workspace: each is one transaction that writes rows and the events that tell of
               them
contents       Whole frames written at once: by imports, by a new split, by the demonstration
export_log     Exports in the log: who took what out, for whom. They change nothing, so that the revision
               stays
frames         Query results as frames whose types depend on the columns asked for, never on the rows found
history        The log of changes: events are added in the transaction of the change, and never altered
import_memory  What imports remember in the workspace: columns by source, and names of places
lineage        Whether a workspace is still the one that was known: a file may be replaced by one of the same
               revision
masking        Phones masked in the query, so that no unmasked number leaves the store
matching       What a file of names, numbers and codes refers to, where a plan does not tell: phones and
               retired cells
migrations/    The steps that bring a workspace file from empty, or from an older version, to the tables of
               today
placing        Many rows of one table written as part of a change: new ones together, changed ones by their
               versions
posts          What stands of people, posts and the places they are at, read for the edits of one change
references     What rows say of other rows; the tables hold no foreign keys, for other programs write them too
repository     The workspace file: made, opened, and read as a `Plan` and its shapes
returns        Rounds of collecting in the workspace: which templates went out to which units, and what came
               back
reveals        Whole telephone numbers: one at a time, told in the log before it is given out
sqlite/        What only SQLite has: the file, its connections, geometry as GeoPackage blobs, statements of
               its dialect
tables/        The tables of a workspace, as SQLAlchemy Core knows them. Columns are named as in the frames of
               `Plan`
undo           Taking back a change: a compensating change that restores what the rows said before it
"""

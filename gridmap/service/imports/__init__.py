"""Tables of offices, of any kind: read, matched, previewed row by row, saved as one change.

A source is a file read to rows; a mapping says which column is which field; decisions answer its questions;
a preview says of each row what it would do (`RowState`).

checkpoints_and_sites  Checkpoints and contact sites: found by their code, else by unit and name; a point
                       tells the unit too
decisions              What an import asks a person, what is left over, and what the person decided
desk                   What an import would write: rows of tables by their versions, and what becomes of the
                       rows of a file
households             Households: buildings with a load where a row says where they are, else the load of a
                       unit or a cell
mapping                The second step of an import: what the columns mean, remembered from the last file of
                       the same office
people                 People and their posts out of an office's own list: who is meant, where they are
                       posted, what changes
place_matching         Rows of a file and the places that they name: units, cells and contact sites; what is
                       unclear is asked
preview                What a file would do to a plan: rows added, changed, unchanged and refused, and what is
                       to be decided
report                 The report of an import: as plain values, and as the file itself with its faulty cells
                       marked
roster/                The roster: people and their posts as a workbook, out and in again
row_places             Where a file's rows lie: their coordinates as degrees or metres, and a small map of
                       them on the units
refused_cells          Cells that can be read and still say nothing that is possible
rows                   What becomes of the rows of a file that is brought in: added, changed, unchanged,
                       refused
saving                 The last step of an import: one change that can be taken back, and what the workspace
                       remembers of it
source                 The first step of an import: a file of any kind that is read becomes one table of texts
values                 The cells of a source read into values by its mapping, with every point in WGS 84
whole_file             A file held against the plan in one go, as it is usually read; what nobody has decided
                       yet is refused
visits                 Visits to contact sites: a row of the table for each, also where a file only gives how
                       many there were
"""

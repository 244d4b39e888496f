"""From files of others to checked frames. Foreign files are opened only in a restricted child process.

files/     Any foreign file on its way in: kind, limits, encoding, and the one safe reader of vector layers
isolated/  What runs in the guarded child process that alone opens foreign files; it imports nothing of ours
matching/  Whom and which place a row means
tables/    Tables of offices: sheets to rows of checked values, every fault told by its cell
values/    One cell of a table: from text to a code, a date, a number, a phone, a point, people
vectors/   Vector files to frames: units, points, lines, drawings; and what can be told of a file unread
"""

"""One cell of a table: from text to a code, a date, a number, a phone, a point, people.

Each parser gives a `Parsed`: the value, or why there is none, and what was assumed.

codes    Codes out of cells: text as it is, decimal points of spreadsheets taken away, lost digits refused
dates    Dates out of cells: 2020.3.5, 2020年3月5日, 二〇二〇年三月五日, day numbers, and 3月5日 with a year
numbers  Counts out of cells: 约320户, 300余, 1.2万, 1,234, 三十二; with whether they are approximate
parsed   What reading a cell gives: a value with what was done to get it, or a refusal with its reason
people   People of one cell: 张伟、李强/王芳, one below the other, or with their numbers in brackets
phones   Phone numbers out of cells: spaces, dashes, several in one cell, decimals, short, landline, masked
points   Coordinates out of cells: decimal degrees, degrees-minutes-seconds, both numbers in one cell, swapped
texts    Texts of office tables made plain: full-width letters, invisible signs, spaces and line breaks
"""

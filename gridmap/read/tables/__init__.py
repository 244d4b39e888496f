"""Tables of offices: sheets to rows of checked values, every fault told by its cell.

A heading is what an office wrote above a column, a field what it means to us; a mapping tells which is which.

checked_rows   The rows of an office table read into values by the type of their fields, with a fault for all
               that is odd
field_aliases  What offices call the fields we know: Chinese, English, whole pinyin, and initials as in
               `wgzxm`
field_mapping  Which column of a file means which of our fields: suggested with a score, corrected, remembered
headings       The headings of an office table: found below titles, of one to three rows, merged or not,
               joined
inspection     What is in a workbook or CSV file: sheets, their headings, encoding, and faults that need no
               mapping
office_tables  Tables as offices make them, turned into frames of plain texts in which every cell knows its
               place
row_kinds      Rows of an office table that are no data: totals, notes, headings printed again on each page
sheets         The sheets of a workbook or CSV file as plain grids, read in the restricted child process
sparse_rows    Rows of an office table that are short and stand at its end, taken back from among its notes
unread_texts   Cells whose text did not come through: characters lost on the way, formulas without the value
               they gave
zone_list      Lists that say which village, community or cell belongs to which zone, as offices keep them in
               tables
"""

"""People and their posts: tables, the rules of posting, saving.

A post puts a person to a place from a moment on; a shift is a post at a checkpoint with an end.
A cell's head is a post of function head; several people may hold posts at one cell.

columns    The columns of a roster file: how they are headed in both languages, and what a row of them says
commands   What a planner changes of people and posts, one command each; several are saved as one change
conflicts  Edits whose rows moved on since a planner saw them: which, who changed them, and when
post_rows  A row of the table of posts as a planner saw it, and the edits that their changes of it amount to
rules      What may be edited: every rule once, for edits that are tried against a plan and for those being
           saved
saving     Saving what planners change of people and posts: several edits as one change, all or nothing
tables     Who is posted where, and who could be: the tables of the page People, for one scope
"""

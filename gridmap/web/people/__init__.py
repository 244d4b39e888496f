"""The page People: the roster, its posts, its file.

filters      What narrows the tables of people and posts, and what their rows are remarked with
posts        The table of posts: assign, replace, end, note arrivals, one by one or many at once
roster       The roster: who there is, what they hold; entering people and changing what is said of them
roster_file  The roster as a file: download it, upload it, see row by row what it would change, save that
saving       Below a table of people or posts: what would be changed, what is refused and why, and saving it
table_edits  What a planner has changed in a table and not saved yet: kept by row, over filters, pages and
             newer plans
"""

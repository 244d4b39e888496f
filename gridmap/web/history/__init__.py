"""The last changes on a page, and the way back.

panel  The last changes as a table, and the way to take back one's own last one
"""

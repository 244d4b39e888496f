"""What was changed, in words; taking it back.

A group of events is one change; undo is a change of its own.

changes  Looking back: the last changes of a scope in words, and taking back one's own last change
words    What was done to a plan, in words, and which places it touched
"""

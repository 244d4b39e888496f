"""What a commander looks at: cards of places, whom to call, figures and reports.

calls       Calling: who answers for a place, and one whole number at a time, told in the log
place_card  The card of a place: what it is, how it stands, who is there, and who could be
report      The present reading in figures and words: as JSON, Markdown and a workbook, and as text for a chat
viewing     Looking at a plan: the operations map of a scope, its figures, its status for the browser, a
            search
"""

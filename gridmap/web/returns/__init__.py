"""The page Returns: rounds, what came back.

rounds  Choosing a round of collecting, and beginning one
table   A round as it stands: a sentence, a row for each township, the templates, and whom to remind
upload  Returned files: several at once, each held against the plan, and saved as a change of its own
"""

"""Collecting: templates out to the townships, files back.

A round is one sending; an issue of it is one unit's template, stamped; a return is what came back.

bringing_back    A template that came back: known by its stamp, held against the plan, saved as one change,
                 and noted
rounds           Rounds of collecting: templates go out to the townships, and what has come back from whom
stamp            The stamp of a template: what it was made of, so that the file is known when it comes back
template_sheets  The sheets of templates of places: households, checkpoints, contact sites, visits, with what
                 is known
templates        Templates: a workbook of a unit's present data to be corrected and filled in, known when it
                 comes back
"""

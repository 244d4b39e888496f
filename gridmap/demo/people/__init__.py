"""The people of the fictional county: who there is, and who is posted where.

arrivals       Arrivals: those whom the county has sent came on the first morning, but for a few who are still
               awaited
names          Fictional names of people, and telephone numbers that nobody can have
office_roster  A fictional roster as an office keeps it: one sheet of people, each with a post at a cell
register       The register: people and posts are entered one by one and read out as tables
staffing       Who answers for units and cells: heads, members, advisers and linked cadres, past, present and
               planned
teams          Teams: a work team for every township-level unit, service teams of bureaus, teams in some
               villages
"""

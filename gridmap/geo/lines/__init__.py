"""Lines: of drawings, along which cuts run, and the faces they divide.

faces     The faces into which lines divide a unit, and joining faces that are too small to stand alone
linework  From the lines of a drawing to areas: ends that nearly meet are joined; areas are what lines enclose
network   Lines that cuts prefer to follow: finding those in an area, and telling what lies on them
"""

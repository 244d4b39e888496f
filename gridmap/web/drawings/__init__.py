"""CAD drawings in the app: what is in them, what to take, where they lie.

areas   The areas made of a drawing: how many, what they are called, where they lie, and what is amiss
choice  What a planner chose of a drawing: kept while other pages are open, and what tells choices apart
field   Upload fields for vector files; of a drawing, the areas made of it
panel   A CAD drawing in an upload field: what is in it, what to take, where it lies, and the areas of that
place   Where a drawing lies, asked of the planner: the system it is drawn in, or points known on the ground
"""

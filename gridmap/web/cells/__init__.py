"""Cutting and correcting cells in the app.

A draft is a new split; a sketch is edits of one unit's cells not saved yet.

draft_changes   What came of each unit that was split again: codes kept, new, retired, and households that
                change cell
draft_desk      What a planner has on the desk while cutting cells: the job at work, and the draft it made
draft_map       Maps of a draft: its cells, and beside them those that are here
draft_progress  A split at work: how far it is, and a way to stop it
draft_result    A draft to judge: figures, what cannot be brought into range, old and new cells side by side;
                then save
draft_start     From what is on the page to a draft at work, or to boundaries saved as they are
extent          What of the workspace is cut: everything, some units, or only cells out of range
load_and_size   Load and size of the cells to be: points of a file, stored buildings, or a column of the units
method          How units are cut: the method with its options, and the files that its cuts follow
samples         Ways to begin without a file of one's own: boundaries of Boston, or the whole demonstration
                county
sketch_desk     What a planner has on the desk while correcting cells: unit, tool, selection, and the steps
                not saved yet
sketch_draft    Cells of a unit with their households before and now; what saving the steps means, and saving
                them
sketch_map      The map on which cells are corrected, and what is clicked and drawn on it
tools           The tools beside the map of cells: which one is in hand, what to do with it, and the steps so
                far
"""

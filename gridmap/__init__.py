"""gridmap: cut communities into grid cells, post people to them, see what is covered.

cli/      The command line: arguments to one service call, its answer to the terminal
demo/     The fictional county 云泽县: terrain, roads, buildings, people, posts, sites, known faults
draw/     From a plan and its evaluation to layers, and from layers to the screen and to paper
errors    What can go wrong, and what to do about it
geo/      Frames of places and their checks, coordinate systems, codes, coverage topology and quality figures
jobs/     Running one pure function over many tasks
measure/  From a plan and a moment to states, indicators and concerns. Pure: the clock is an argument
messages  Every text a person sees: an English template that is also its catalog id, and parameters
model/    The nouns: places, people, sites, plans and what is found out about them. No geometry, no storage
names     Names and widths that files, tables and frames share: each is spelled here and nowhere else
read/     From files of others to checked frames. Foreign files are opened only in a restricted child process
service/  Use cases, one verb each: check rights, load, call the pure core, save with an event, return
settings  GRIDMAP_* settings, read by the composition roots (`app.py`, `cli`) and passed on as arguments
split/    Cutting units into cells of balanced load
store/    The workspace: one GeoPackage file of places, people, posts, accounts, and the log of every change
web/      The shell: server, gate, routes, session, language. The only room that knows Streamlit
"""

__version__ = "0.1.0"

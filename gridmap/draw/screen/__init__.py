"""What the browser draws: maps, and the documents they fetch.

A chunk is a piece of geometry under a content hash; the status document colours it; a command moves the map.

chunks       Geometry chunks: the shapes of a plan cut into immutable pieces that a browser fetches by content
             hash
edit_map     The map on which cells are corrected: what a click selects and a hand draws goes back to the page
escape       Escaping: every string of a workspace passes one of these two on its way into HTML or script
preview_map  A light map of shapes that are not in the workspace: what is in a file, a draft beside what is
             there
webmap       The map in the browser: a constant folium map, the status document it fetches, and the command it
             obeys
"""

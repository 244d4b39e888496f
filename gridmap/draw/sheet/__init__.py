"""Paper: one page of map, legend, figures and furniture.

A plate is the map without labels; a board is the page in millimetres; a shortfall is what had no room.

board         The board a sheet is drawn on: a matplotlib figure measured in millimetres, painted in the order
              of calls
figure_block  The indicators of a scope on a sheet: label, numerator over denominator, and what it comes to
fonts         The font of paper products: measuring, wrapping and shortening text in Gridmap Sans, which ships
              with us
furniture     What frames the map of a sheet: heading, headline, scale bar, north arrow, locator, imprint
ground        The ground of a sheet: the shapes that its layers name, in the metric CRS the plan is measured
              in
labels        Placing labels: each is fitted inside its polygon or set beside its point, and none covers
              another
legend        The counted legend of a sheet: every state that occurs, how it looks, and how often it is there
map_frame     From metres on the ground to millimetres on the sheet: a round scale, and free corners for
              furniture
plate         The map of a sheet without its labels: cells by state or units by vacancies, borders by rank,
              symbols
plate_labels  The labels of a sheet's map: vacant cells first, then units, then failing posts, then whatever
              has room
proof         A proof of a sheet: the same drawing in the pixels of a screen, to look at before it is printed
sheet         The briefing sheet: layers to one page of PNG or PDF, a map that a wall or an envelope can take
shortfalls    What a product could not show, told to whoever asked for it
stats_table   The statistics table of a sheet: a line a unit, fitted to the room, and totals that always add
              up
symbols       Point symbols: checkpoints are round, contact sites square; a filled one is well, a hollow one
              is not
"""

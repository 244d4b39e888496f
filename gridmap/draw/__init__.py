"""From a plan and its evaluation to layers, and from layers to the screen and to paper.

books/   Workbooks: tables that open in Excel
compose  Composing layers: the one place where a plan and its evaluation become what a map shows
geofile  A scope as geodata for other map programs: GeoPackage with all layers, GeoJSON of the cells
layers   Layers: what a map shows, worked out once for every renderer, so that screen and paper cannot
         disagree
point_layers  Layers of points on the map: what each shows, how its states look, whether it is there at first
screen/  What the browser draws: maps, and the documents they fetch
sheet/   Paper: one page of map, legend, figures and furniture
staff    Who is posted where, as far as an audience may know it
looks    How states look, on the screen and on paper alike: colour, hatch, sign and shape of each, once
stamp    What every product says of itself: place, moment, revision, for whom, by whom
"""

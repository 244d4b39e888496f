"""From a plan and its evaluation to layers, and from layers to the screen and to paper."""

"""From a plan and a moment to states, indicators and concerns. Pure: the clock is an argument.

arrival           Whether people who were sent out have arrived where they are posted
concerns          The worst-first list: every place in a scope that wants somebody's attention
coverage          Who answers for what: active posts, spans of control, states of cells and of the units above
                  them
coverage_figures  Figures about cells, the heads of units, and the people who answer for them
duty              Checkpoints against their minimum staff at a moment
duty_figures      Figures about checkpoints, the people on duty there, and those who were sent out
evaluate          The states of a whole plan at a moment
figures           What a compute function of the registry gives back
gaps              Gaps: stretches of time in which a checkpoint has fewer people on duty than its minimum
membership        Which of many codes are in an index of codes
registry          The indicators, frozen: each has a key that documents and scripts rely on, and one way to be
                  computed
rest              Days in a row on which people are on duty at checkpoints
return_figures    Figures about returns: how many townships have reported
returns           Who has returned what was sent out: the states of a round's units at a moment
scope             Selecting a scope: what of an evaluation lies inside one unit
site_figures      Figures about contact sites and their visits
sites             Contact sites and their visits up to a moment
tree              The tree of units: what lies inside a unit, and counts summed up to every ancestor
"""

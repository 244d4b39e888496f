"""The operations map: header, map, figures, card.

calls         Calling from a card or the list: a tap shows one number in place, and the log tells of it
card          The card of the selected place: what it is, who is there, whom to call, and who could be posted
card_posting  On a cell's card a planner assigns and ends heads and members, each with a reason
card_saving   What is saved from a card, and what could not be: refusals are said once, conflicts kept until
              decided
conflict      Two changed one cell: what the other made of it, what one wanted oneself, and the choice between
              them
copy          Copy as text: the present reading in sentences, to be pasted into a chat
figures       The commander's column: the sentence, the figures, and what is worst
header        The line above the map: where one looks, at what moment, which revision; search and language
map           The map in its frame: a constant folium map, a command, and the click that comes back
point_switches  Which layers of points the map, its legend and its export carry: a switch for each
"""

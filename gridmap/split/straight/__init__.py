"""Straight cuts: recursive balanced bisection of one polygon.

balance  The best cut of one piece: short, and with the load divided as wanted
chords   Straight cuts through a polygon: where lines cross it, and dividing it in two along one of the
         passages
pieces   Pieces of a unit: a polygon, the load in it, and cutting both in two
tree     The tree of cuts of a unit: stored with the cells, so that a later split can repeat it
"""

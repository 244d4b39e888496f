"""Exports in the app: choices, a proof, the buttons that make files.

form   The choices of an export, its proof, and the buttons that make the files
panel  Export this map: one button for each usual product, drawn when it is pressed, and the way to all others
"""

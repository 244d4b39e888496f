"""Boundaries as files on the command line: mended, or made of a drawing.

cleaning  The command that mends boundaries: clean
tracing   The command that turns a CAD drawing into areas: trace
"""

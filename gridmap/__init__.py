"""gridmap: cut communities into grid cells, post people to them, see what is covered."""

__version__ = "0.1.0"

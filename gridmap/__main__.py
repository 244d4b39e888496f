"""`python -m gridmap` is the command `gridmap`."""

from gridmap.cli import main

main()

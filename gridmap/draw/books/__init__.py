"""Workbooks: tables that open in Excel.

fault_workbook  Faults of a file as a workbook: its sheets as they were given, faulty cells coloured and
                commented
ledger          The ledger of a scope: figures, cells, heads, checkpoints and contact sites as sheets of a
                workbook
workbook        Tables written as an Excel workbook: codes stay text, names never become formulas, columns fit
"""

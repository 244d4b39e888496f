"""What is in a file that is not read in yet.

inspecting   Tell what is in a file before it is used: nothing is changed, nothing is chosen
report_file  The report of a command as a JSON file beside its output
"""

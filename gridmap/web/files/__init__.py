"""Files in upload fields: kept, looked into, asked about.

asking     The questions that the page Boundaries & cells puts of a vector file, as far as it leaves them open
desk       Uploaded files of a session: they stay when another page is opened, with what was said and read of
           them
fields     Upload fields whose files stay on the desk: another page in between does not lose them
look       A vector file in an upload field: what is in it and how that was found, what was answered, what is
           open
questions  What a page asks of a file that does not tell by itself: layer, encoding, coordinate system, datum
uploads    Uploaded files, laid down for a reader that works on paths
words      What the pages call systems, encodings and shapes of files, and how these were found
"""

"""Any foreign file on its way in: kind, limits, encoding, and the one safe reader of vector layers.

Answers are what a person said of a file: layer, encoding, coordinate system, datum.

answers          What a person says of a vector file where it does not tell by itself, or tells wrongly
archives         Zip archives: layers unpacked under names of our own, workbooks looked into, both within
                 limits
child_process    The child process that opens files of others: what it is given, what it may cost, what it
                 answers
encoding         How bytes are to be read as text: UTF-8 where they are that, else what gives common
                 characters
encoding_faults  The words for a file whose texts no one encoding gives, or not the one that is named
frames           From an Arrow table with WKB to a GeoDataFrame with a coordinate system
kinds            The kinds of file that are read: told by a file's ending, confirmed by its first bytes
layer_faults     Faults of a layer that reading found: what kind, in which rows or column, and the words for
                 it
limits           What a foreign file may cost: as the composition roots set it from the settings, else as it
                 is here
raw_layers       Vector layers of files of others: content against name first, then a child process that can
                 do little harm
"""

"""From files of others to checked frames. Foreign files are opened only in a restricted child process."""

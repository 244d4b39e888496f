"""Running one pure function over many tasks.

background  One function at work in a thread of its own, with its progress told and a way to stop it
cluster     The same over a dask cluster: workers on several machines, at an address
pool        Runners: like `map`, in this process or in several; the results are the same and come in the same
            order
"""

"""Which PAPI criteria a province should improve first, how sure that is, and who owns each one."""

__version__ = "0.1.0"

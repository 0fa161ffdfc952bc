"""`python -m papi_analysis` is the same program as `papi`."""

from papi_analysis.cli import main

if __name__ == "__main__":
    main()

"""What a notebook is told: a closed list of names, the type of each, and what most ask for."""

#: The names that a notebook takes, with the type of each.
PARAMETERS = {"province": str, "year": int, "lang": str, "seed": int, "out": str}
#: The names that a notebook may take besides: a user's own files, and whose provinces are meant.
OPTIONAL = {"boundaries": str, "district_data": str, "geo": str}
PROVINCE, SEED = "tra-vinh", 84

#!/usr/bin/env python3
"""Writes zones.txt from the time zones of PyPI's `phonenumbers`: pip install phonenumbers && ./zones.py > zones.txt"""

import collections

import phonenumbers
from phonenumbers.tzdata import TIMEZONE_DATA


def inherited(prefix):
    """What a number that begins so would be given, were the prefix not in the table."""
    shorter = (prefix[:length] for length in range(len(prefix) - 1, 0, -1))
    return next((TIMEZONE_DATA[it] for it in shorter if it in TIMEZONE_DATA), None)


prefixes_of = collections.defaultdict(list)
for prefix, zones in TIMEZONE_DATA.items():
    if zones != inherited(prefix):
        prefixes_of[zones].append(prefix)

print(f"# Time zones by prefix of an E.164 number, longest prefix first. Made by zones.py; do not edit.")
print(f"# From libphonenumber's resources/timezones/map_data.txt, by way of PyPI's phonenumbers {phonenumbers.__version__}.")
print("# Copyright (C) 2012-2026 The Libphonenumber Authors. Licensed under the Apache License, Version 2.0:")
print("# http://www.apache.org/licenses/LICENSE-2.0. Changed: grouped by zones, without prefixes that say nothing new.")
for zones, prefixes in sorted(prefixes_of.items()):
    print(f"{'&'.join(zones)}|{' '.join(sorted(prefixes))}")

"""How fast settlement works through readings that are there already.

`./dev bench settlement backlog [OPTIONS]` starts PostgreSQL and runs it. Every rate stands beside one of the same minute that noise moves alike, and
only their ratio means anything: a COPY of the same number of rows of attribution into an empty partition, before and after.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import settlement_backlog


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parts = parser.add_subparsers(dest="part", required=True)
    settlement_backlog.add_options(parts.add_parser("backlog", help="readings that are there already"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = {options.part: settlement_backlog.run(options, Path(folder))}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""Does settlement keep up? `backlog`: how fast it works through readings that are there. `stream`: beside 20,000 readings a second.

`./dev bench settlement [backlog|stream] [OPTIONS]` starts the servers and runs both, or one with its options. Every rate stands beside one of
the same minute that noise moves alike, and only their ratio means anything: of the backlog a COPY of as many rows of attribution into an empty
partition, before and after; of the stream the same records with ingest alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import settlement_backlog
import settlement_stream

PARTS = {"backlog": settlement_backlog, "stream": settlement_stream}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    commands = parser.add_subparsers(dest="part")
    settlement_backlog.add_options(commands.add_parser("backlog", help="readings that are there already"))
    settlement_stream.add_options(commands.add_parser("stream", help="readings as they come"))
    options = parser.parse_args()
    figures = {}
    for name, part in PARTS.items():
        if options.part in (None, name):
            chosen = options if options.part else parser.parse_args([name])
            with tempfile.TemporaryDirectory() as folder:
                figures[name] = part.run(chosen, Path(folder))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()

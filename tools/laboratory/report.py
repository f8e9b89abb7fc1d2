"""How a run is printed, and where it may lie."""

from pathlib import Path

# A file system in memory, where the system has one: nothing of a run is worth a disk's patience.
IN_MEMORY = next((path for path in (Path("/dev/shm"),) if path.is_dir()), None)  # noqa: S108 - a run makes its own folder in it
_WIDTH = 24


def table(found: dict[str, object]) -> str:
    """Write what was found, one line each."""
    return "\n".join(f"{name:{_WIDTH}}{value}" for name, value in found.items())

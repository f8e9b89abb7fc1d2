"""What the station returns, named for JSON: one function for each value, used by every command."""

from depesha.station import RegisterStatus


def describe_status(status: RegisterStatus) -> dict[str, object]:
    """Name what sums a register up."""
    return {
        "origin": status.origin,
        "size": status.size,
        "root": status.root,
        "cosigned_size": status.cosigned_size,
        "cosigned_by": list(status.cosigned_by),
    }

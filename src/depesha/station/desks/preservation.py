"""The preservation package: one record as plain files, for the archivist's key (PROTOCOL 10).

An uncompressed POSIX tar of UTF-8 texts and enclosures, so that a stock `age` and `tar` are all
that a reader needs in a hundred years. It holds what opens the record's register entry too: who
loses the salts can prove nothing.
"""

import io
import json
import tarfile
from collections.abc import Mapping

from depesha.station.held import KeptCommitment


def package(members: Mapping[str, bytes], kept: KeptCommitment) -> bytes:
    """Write the members, and `commitment.json` beside them, in the order of their names."""
    files = {**members, "commitment.json": _commitment_json(kept)}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            member.mode = 0o600
            tar.addfile(member, io.BytesIO(files[name]))
    return buffer.getvalue()


def _commitment_json(kept: KeptCommitment) -> bytes:
    value = {
        "body": kept.body,
        "header": kept.header,
        "register_index": kept.register_index,
        "secret": kept.secret.hex(),
    }
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"

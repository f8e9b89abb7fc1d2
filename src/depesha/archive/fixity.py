"""Fixity: whether the vault still keeps, byte for byte, what the records say it keeps."""

from collections.abc import Iterable, Iterator

from depesha.archive.errors import Fault, FixityError, FixityFault, ItemNotFoundError
from depesha.archive.ports import Vault
from depesha.archive.record import Instantiation, Record


def check_fixity(records: Iterable[Record], vault: Vault) -> int:
    """Read every instantiation of `records` again and return how many were read.

    Raises:
        FixityError: Some are missing or altered; `details` names every one of them.
    """
    count = 0
    faults: list[FixityFault] = []
    for record in records:
        count += len(record.instantiations)
        faults.extend(_faults(record, vault))
    if faults:
        raise FixityError(faults)
    return count


def _faults(record: Record, vault: Vault) -> Iterator[FixityFault]:
    for instantiation in record.instantiations:
        fault = _fault(instantiation, vault)
        if fault is not None:
            yield FixityFault(name=instantiation.name, fault=fault, record_id=record.record_id)


def _fault(instantiation: Instantiation, vault: Vault) -> Fault | None:
    try:
        kept = vault.read(instantiation.name, instantiation.digest)
    except ItemNotFoundError:
        return Fault.MISSING
    except FixityError:
        return Fault.ALTERED
    return None if len(kept) == instantiation.size_bytes else Fault.ALTERED

from dataclasses import replace

import pytest

from depesha.archive import Fault, FixityError, FixityFault, Instantiation, Record, check_fixity
from depesha.base import Digest
from tests.archive.fakes import MemoryVault
from tests.archive.samples import record


def kept(vault: MemoryVault, place: int, *names: str) -> Record:
    """Return a record whose instantiations are in the vault."""
    sealed = b"sealed"
    instantiations = tuple(
        Instantiation(
            name=name, kind="copy", digest=vault.keep(name, sealed), size_bytes=len(sealed)
        )
        for name in names
    )
    return record(place, instantiations=instantiations)


def test_what_is_whole_is_counted() -> None:
    """A vault that keeps everything byte for byte passes, and says how much was read."""
    vault = MemoryVault()

    assert check_fixity([kept(vault, 1, "a", "b"), kept(vault, 2, "c"), record(3)], vault) == 3


def test_every_fault_is_named() -> None:
    """One pass finds all that is missing or altered, not only the first."""
    vault = MemoryVault()
    records = [kept(vault, 1, "a", "b"), kept(vault, 2, "c")]
    vault.kept["a"] = b"seaLed"
    del vault.kept["c"]

    with pytest.raises(FixityError) as refused:
        check_fixity(records, vault)

    assert refused.value.code == "archive.fixity"
    assert refused.value.details == (
        FixityFault(name="a", fault=Fault.ALTERED, record_id=f"{1:032x}"),
        FixityFault(name="c", fault=Fault.MISSING, record_id=f"{2:032x}"),
    )
    assert str(refused.value) == "2 kept objects missing or altered"


def test_a_size_that_does_not_fit_is_a_fault() -> None:
    """A record whose own note of an object is wrong is found as well."""
    vault = MemoryVault()
    one = kept(vault, 1, "a")
    wrong = replace(one.instantiations[0], size_bytes=5)

    with pytest.raises(FixityError):
        check_fixity([replace(one, instantiations=(wrong,))], vault)


def test_a_digest_of_other_bytes_is_a_fault() -> None:
    """The digest in the record decides, and not what the vault happens to keep."""
    vault = MemoryVault()
    one = kept(vault, 1, "a")
    wrong = replace(one.instantiations[0], digest=Digest.of(b"other"))

    with pytest.raises(FixityError):
        check_fixity([replace(one, instantiations=(wrong,))], vault)

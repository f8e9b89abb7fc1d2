"""The verifier as the edition calls it.

`verify.py` is a program that travels without Depesha, so it raises an error of its own. Here that
becomes one of the edition's, by its code; nothing else is added.
"""

from importlib.resources import files

from depesha.edition import errors, verify
from depesha.edition.verify import Result, VerifyError

__all__ = ["Result", "verifier_source", "verify_release"]

_ERRORS: dict[str, type[errors.ReleaseError]] = {
    error.code: error
    for error in (
        errors.ReleaseDamagedError,
        errors.ReleaseFormatError,
        errors.SegmentAlteredError,
        errors.HeaderAlteredError,
        errors.DecisionAlteredError,
        errors.NotInRegisterError,
        errors.CheckpointFormatError,
        errors.CheckpointSignatureError,
        errors.QuorumError,
        errors.PolicyFormatError,
        errors.NoPolicyError,
        errors.UnknownRegisterError,
    )
}


def verify_release(release: bytes, policy: str | None) -> Result:
    """Verify a release against a policy that the reader trusts.

    Raises:
        ReleaseError: One of its kinds, by the code that `verify.py` gives: the release or the
            policy is refused, or there is no policy.
    """
    try:
        return verify.verify_release(release, policy)
    except VerifyError as error:
        raise _ERRORS[error.code](str(error)) from error


def verifier_source() -> bytes:
    """Return the one file that goes beside every release."""
    return files("depesha.edition").joinpath("verify.py").read_bytes()

"""Readers of a register's texts and of releases, which strangers hand to anybody."""

import json
from hashlib import sha256

from tools.fuzzing.seeds import ours, strings_of
from tools.fuzzing.target import Target, TwoSpellingsError, one_form, one_text

from depesha.base import decode
from depesha.cipher import verifier_from_vkey
from depesha.edition import ReleaseBundle, verify_release
from depesha.edition.verify import canonical
from depesha.register import (
    Advice,
    Checkpoint,
    Entry,
    Policy,
    SignedCheckpoint,
    TlogProof,
    open_checkpoint,
)
from tests.edition.world import LOG, POLICY, World


def _signed_checkpoint(data: bytes) -> None:
    if SignedCheckpoint.kept(data).text.encode() not in data:
        raise TwoSpellingsError
    open_checkpoint(data, verifier_from_vkey(LOG.vkey))


def _release(data: bytes) -> None:
    verify_release(data, POLICY)


def _with_digest(data: bytes) -> bytes:
    """Write a release in its one spelling and with its digest, so that it is looked into."""
    try:
        whole = json.loads(data)
        del whole["digest"]
        digest = sha256(canonical(whole)).hexdigest()
        return canonical({**whole, "digest": f"sha256:{digest}"})
    # Whatever is no such JSON is tried as it is.
    except (ValueError, TypeError, KeyError, RecursionError):
        return data


class _ReleasePolicy:
    """Reads a policy against a release that is good."""

    def __init__(self) -> None:
        self._release = b""

    def __call__(self, data: bytes) -> None:
        self._release = self._release or World().bundle().to_bytes()
        # It is read from a file, and a file that is not UTF-8 comes to nobody as a text.
        verify_release(self._release, decode(data, what="the policy"))


CHECKPOINTS = strings_of("checkpoint-bodies.json", "notes.json")
TARGETS = (
    Target("checkpoint", one_text(Checkpoint.from_text), ours("register/checkpoint")),
    Target("checkpoint-shared", one_text(Checkpoint.from_text), CHECKPOINTS),
    Target("signed-checkpoint", _signed_checkpoint, strings_of("notes.json")),
    Target("register-entry", one_form(Entry.from_bytes), ours("register/entry")),
    Target("register-policy", one_text(Policy.from_text), ours("register/policy")),
    Target("tlog-proof", one_form(TlogProof.from_bytes), ours("register/tlog-proof")),
    Target("tlog-proof-shared", one_form(TlogProof.from_bytes), strings_of("proof-format.json")),
    Target("advice", one_form(Advice.from_bytes), ours("register/advice")),
    Target("advice-shared", one_form(Advice.from_bytes), strings_of("witness-add-checkpoint.json")),
    Target(
        "release-bundle", one_form(ReleaseBundle.from_bytes), ours("edition/release"), _with_digest
    ),
    Target("release", _release, ours("edition/release"), _with_digest),
    Target("release-policy", _ReleasePolicy(), ours("edition/policy")),
)

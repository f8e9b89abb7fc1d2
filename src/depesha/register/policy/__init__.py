"""Policies: the lines they consist of, and the rule they make."""

from depesha.register.policy.lines import Group, KnownLog, Quorum, Remark, Witness
from depesha.register.policy.rule import Policy, WitnessedCheckpoint

__all__ = ["Group", "KnownLog", "Policy", "Quorum", "Remark", "Witness", "WitnessedCheckpoint"]

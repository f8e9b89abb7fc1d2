"""Every target by its name; a new reader of outside bytes is one line in its part's module."""

from tools.fuzzing import channels, ciphers, registers, telegrams
from tools.fuzzing.target import Target

_ALL = (*telegrams.TARGETS, *ciphers.TARGETS, *channels.TARGETS, *registers.TARGETS)
TARGETS: dict[str, Target] = {target.name: target for target in _ALL}

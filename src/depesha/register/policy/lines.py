"""The lines a policy consists of: their values, their spelling, and what they may refer to.

`rule` owns what the lines mean for a checkpoint.
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from depesha.base import BaseFormatError, DepeshaError, require_block
from depesha.cipher import Verifier, verifier_from_vkey
from depesha.register.errors import PolicyFormatError

NO_QUORUM = "none"
POLICY_LIMIT = 1 << 20
# Key types that may sign for a register: Ed25519, or ML-DSA-44 with a time; and for a witness.
_LOG_TYPES = frozenset({0x01, 0x06})
_WITNESS_TYPES = frozenset({0x04, 0x06})


@dataclass(frozen=True, slots=True)
class Remark:
    """An empty line or a comment, kept as it was written."""

    text: str = ""

    def to_line(self) -> str:
        """Write the line without its end."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLog:
    """A register that counts; the key's name is its origin."""

    verifier: Verifier
    url: str | None = None

    def to_line(self) -> str:
        """Write the line without its end."""
        return _join("log", self.verifier.to_vkey(), self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A witness, and what the policy calls it."""

    name: str
    verifier: Verifier
    url: str | None = None

    def to_line(self) -> str:
        """Write the line without its end."""
        return _join("witness", self.name, self.verifier.to_vkey(), self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Witnesses and groups of them, and how many are enough: `any`, `all` or a number."""

    name: str
    enough: str
    members: tuple[str, ...]

    @property
    def threshold(self) -> int:
        """How many members must have seen a checkpoint for the group to have."""
        words = {"any": 1, "all": len(self.members)}
        return words[self.enough] if self.enough in words else int(self.enough)

    def to_line(self) -> str:
        """Write the line without its end."""
        return _join("group", self.name, self.enough, *self.members)


@dataclass(frozen=True, slots=True)
class Quorum:
    """The witness or group that must have seen a checkpoint; `none` asks for nobody."""

    name: str

    def to_line(self) -> str:
        """Write the line without its end."""
        return _join("quorum", self.name)


PolicyLine = Remark | KnownLog | Witness | Group | Quorum


def read_lines(text: str) -> tuple[PolicyLine, ...]:
    """Read a policy's text line by line.

    Raises:
        PolicyFormatError: A line is not a policy's, or not in its one spelling.
    """
    if len(text) > POLICY_LIMIT:
        raise PolicyFormatError("the policy is too long", line=1)
    lines = text.split("\n")
    if lines.pop():
        raise PolicyFormatError("the last line does not end", line=len(lines) + 1)
    return tuple(_read_line(line, number) for number, line in enumerate(lines, start=1))


def check_lines(lines: Iterable[PolicyLine]) -> None:
    """Check what no line can know alone.

    Raises:
        PolicyFormatError: A name is undefined, defined twice or grouped twice, a key stands
            twice, or there is not exactly one quorum.
    """
    book = _Book(names=set(), grouped=set(), keys=set(), quorums=[])
    number = 0
    for number, line in enumerate(lines, start=1):
        if "\n" in line.to_line() or _read_line(line.to_line(), number) != line:
            raise PolicyFormatError("the line does not read back as itself", line=number)
        try:
            book.enter(line)
        except (BaseFormatError, ValueError) as error:
            raise PolicyFormatError(str(error), line=number) from error
    if len(book.quorums) != 1:
        raise PolicyFormatError("a policy has exactly one quorum", line=max(number, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """What the lines above the present one have defined."""

    names: set[str]
    grouped: set[str]
    keys: set[bytes]
    quorums: list[str]

    def enter(self, line: PolicyLine) -> None:
        require_block(line.to_line() + "\n", what="the line")
        match line:
            case KnownLog():
                self._enter_key(line.verifier, _LOG_TYPES)
            case Witness():
                self._enter_key(line.verifier, _WITNESS_TYPES)
                self._define(line.name)
            case Group():
                self._enter_group(line)
            case Quorum():
                if line.name not in self.names | {NO_QUORUM}:
                    raise ValueError("the quorum is not defined above")
                self.quorums.append(line.name)
            # A remark defines nothing.

    def _enter_key(self, verifier: Verifier, types: frozenset[int]) -> None:
        key = b64decode(verifier.to_vkey().split("+", 2)[2])
        if key[0] not in types:
            raise ValueError("this type of key cannot sign here")
        if key[1:] in self.keys:
            raise ValueError("the key stands twice")
        self.keys.add(key[1:])

    def _enter_group(self, group: Group) -> None:
        _require_threshold(group)
        for member in group.members:
            if member not in self.names:
                raise ValueError("a member is not defined above")
            if member in self.grouped:
                raise ValueError("a member stands in two places")
            self.grouped.add(member)
        self._define(group.name)

    def _define(self, name: str) -> None:
        if name == NO_QUORUM or name in self.names:
            raise ValueError("the name is taken")
        self.names.add(name)


def _require_threshold(group: Group) -> None:
    if group.enough in ("any", "all"):
        return
    if group.enough not in {str(count) for count in range(1, len(group.members) + 1)}:
        raise ValueError("expected any, all, or a number of members")


def _read_line(line: str, number: int) -> PolicyLine:
    if not line or line.startswith("#"):
        return Remark(line)
    keyword, *words = line.split(" ")
    if "" in words:
        raise PolicyFormatError("one space stands between words", line=number)
    try:
        value = _READERS[keyword](words)
    except KeyError:
        raise PolicyFormatError("expected log, witness, group or quorum", line=number) from None
    except (DepeshaError, ValueError) as error:
        raise PolicyFormatError(str(error), line=number) from error
    if value.to_line() != line:
        raise PolicyFormatError("not the line's one spelling", line=number)
    return value


def _read_log(words: list[str]) -> KnownLog:
    match words:
        case [vkey]:
            return KnownLog(verifier=verifier_from_vkey(vkey))
        case [vkey, url]:
            return KnownLog(verifier=verifier_from_vkey(vkey), url=url)
        case _:
            raise ValueError("expected a key and perhaps an address")


def _read_witness(words: list[str]) -> Witness:
    match words:
        case [name, vkey]:
            return Witness(name=name, verifier=verifier_from_vkey(vkey))
        case [name, vkey, url]:
            return Witness(name=name, verifier=verifier_from_vkey(vkey), url=url)
        case _:
            raise ValueError("expected a name, a key and perhaps an address")


def _read_group(words: list[str]) -> Group:
    match words:
        case [name, enough, *members] if members:
            return Group(name=name, enough=enough, members=tuple(members))
        case _:
            raise ValueError("expected a name, how many are enough, and the members")


def _read_quorum(words: list[str]) -> Quorum:
    match words:
        case [name]:
            return Quorum(name)
        case _:
            raise ValueError("expected one name")


def _join(*words: str | None) -> str:
    return " ".join(word for word in words if word is not None)


_READERS: Mapping[str, Callable[[list[str]], PolicyLine]] = MappingProxyType(
    {"log": _read_log, "witness": _read_witness, "group": _read_group, "quorum": _read_quorum}
)

"""What two people read to each other: one number of 256 bits in digits or in spoken words.

Both forms carry the whole number: nothing is cut off, so no argument about shortened hashes is
needed (docs/adr/0010-comparison-words.md). The words are proquints: five letters, consonants and
vowels in turn, sixteen bits a word, so that no list of words has to be chosen, kept or translated.
"""

import re

from depesha.channel.errors import CardTrustError
from depesha.channel.fields import is_fingerprint

QR_LABEL = "DEPESHA/1 FINGERPRINT"
_GROUP = 4
_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_WORD_BITS = 16
_WORDS = 16
_WORD = re.compile(f"(?:[{_CONSONANTS}][{_VOWELS}]){{2}}[{_CONSONANTS}]", re.ASCII)


def group_fingerprint(fingerprint: str) -> str:
    """Write a fingerprint for two people to read to each other: sixteen groups of four digits.

    All 64 digits are shown. A shorter text would be read more gladly and forged more cheaply.
    """
    return " ".join(fingerprint[place : place + _GROUP] for place in range(0, 64, _GROUP))


def fingerprint_words(fingerprint: str) -> str:
    """Write the same number in sixteen words of five letters, to be read out over a voice line."""
    number = int(fingerprint, 16)
    places = range((_WORDS - 1) * _WORD_BITS, -1, -_WORD_BITS)
    return " ".join(_to_word(number >> place & 0xFFFF) for place in places)


def fingerprint_code(fingerprint: str) -> str:
    """Write the same number for a QR code, in the characters that such a code packs best."""
    return f"{QR_LABEL} {fingerprint.upper()}"


def ungroup_fingerprint(text: str) -> str:
    """Read a fingerprint as a person types or scans it: digits, words, or what a QR code holds.

    Spaces, line ends and capitals do not matter, nor do hyphens between words.

    Raises:
        CardTrustError: It is not a whole fingerprint; a part of one is not accepted.
    """
    words = " ".join(text.split()).removeprefix(QR_LABEL).lower()
    digits = words.replace(" ", "")
    if is_fingerprint(digits):
        return digits
    spoken = words.replace("-", " ").split(" ")
    if len(spoken) != _WORDS or not all(_WORD.fullmatch(word) for word in spoken):
        raise CardTrustError(
            "a fingerprint is 64 hexadecimal digits or 16 words, and all are compared"
        )
    return "".join(f"{_from_word(word):04x}" for word in spoken)


def _to_word(number: int) -> str:
    letters = []
    for alphabet in (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS, _CONSONANTS):
        number, place = divmod(number, len(alphabet))
        letters.append(alphabet[place])
    return "".join(reversed(letters))


def _from_word(word: str) -> int:
    number = 0
    for letter in word:
        alphabet = _VOWELS if letter in _VOWELS else _CONSONANTS
        number = number * len(alphabet) + alphabet.index(letter)
    return number

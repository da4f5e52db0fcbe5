"""Whom a message is from and for: E.164 numbers, short codes, and names that are no numbers.

https://www.itu.int/rec/T-REC-E.164 (at most 15 digits). Brazil's mobiles have nine digits since 2016, and old systems
still drop the first: https://www.gov.br/anatel/pt-br/regulado/numeracao
"""

import re

_DECORATION = re.compile(r"[\s().\-\u00a0\u2010-\u2013]+")
_NUMBER = re.compile(r"(?:\+|00)?([1-9][0-9]{6,14})")
_SHORT = re.compile(r"[0-9]{3,6}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BRAZIL = re.compile(r"\+55([1-9][0-9])([0-9]{8,9})")
_OLD_MOBILES = frozenset("6789")
"""First digits of the mobiles that had eight digits; landlines begin with 2 to 5."""


def normal(address: str) -> str:
    """A number in E.164 with its plus; a short code or a name as it is.

    Providers write numbers with and without the plus; all of them write the country code.
    """
    bare = _DECORATION.sub("", address)
    if _SHORT.fullmatch(bare):
        return bare
    number = _NUMBER.fullmatch(bare)
    return _with_ninth_digit(f"+{number[1]}") if number else address.strip()


def is_number(address: str) -> bool:
    """Whether a normal address is a telephone's."""
    return _E164.fullmatch(address) is not None


def can_be_answered(address: str) -> bool:
    """Numbers and short codes; a name is only ever a sender."""
    return is_number(address) or _SHORT.fullmatch(address) is not None


def is_landline(address: str) -> bool:
    """Whether a normal number can certainly get no SMS: Brazil's landlines, which its plan tells apart."""
    brazil = _BRAZIL.fullmatch(address)
    return brazil is not None and len(brazil[2]) == 8 and brazil[2][0] not in _OLD_MOBILES


def digits(address: str) -> str:
    """As the providers want it that take no plus."""
    return normal(address).removeprefix("+")


def _with_ninth_digit(number: str) -> str:
    brazil = _BRAZIL.fullmatch(number)
    if brazil and len(brazil[2]) == 8 and brazil[2][0] in _OLD_MOBILES:
        return f"+55{brazil[1]}9{brazil[2]}"
    return number

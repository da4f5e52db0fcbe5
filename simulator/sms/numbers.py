"""Numbers as these APIs write them, with and without a plus, and the ledger's digits.

https://www.itu.int/rec/T-REC-E.164
"""

import re

MSISDN = r"^[1-9]\d{6,14}$"
"""A number without a plus."""
_ADDRESS = re.compile(r"^\d{3,6}$|^[1-9]\d{6,14}$")
_E164 = re.compile(r"^\+[1-9]\d{6,14}$")
_BRAZILIAN_LANDLINE = re.compile(r"^\+55[1-9][1-9][2-5]\d{7}$")


def address_of(written: str) -> str:
    """A customer's number or short code in digits. Raises `ValueError`."""
    digits = re.sub(r"[\s().+-]", "", written)
    if not _ADDRESS.match(digits):
        raise ValueError("who writes an SMS has a number: digits with the country code")
    return digits


def is_e164(number: str) -> bool:
    return bool(_E164.match(number))


def is_landline(number: str) -> bool:
    """Brazil's landlines have eight digits after the area and begin with 2 to 5."""
    return bool(_BRAZILIAN_LANDLINE.match(number))


def same_sender(one: str, other: str) -> bool:
    """Names count as they are, numbers with or without their plus."""
    return one.removeprefix("+") == other.removeprefix("+")

"""What a file is, by how it begins: a name or a header only claims it."""

import re

import filetype

HEAD_BYTES = 8192
"""As much of a file as is looked at; the marks of office documents are that far in."""

UNKNOWN = "application/octet-stream"

ACTIVE = frozenset({"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"})
"""What a browser runs scripts of, when it is shown as what it is."""

_PROGRAMS = frozenset(
    {
        "application/x-msdownload",
        "application/x-executable",
        "application/x-mach-binary",
        "text/x-script",
    }
)

# https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type: what makes a page of a text
_PAGE = re.compile(
    rb"<(?:!doctype html|!--|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]",
    re.IGNORECASE,
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_XHTML = re.compile(rb"<html[\s>]", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")
# https://mimesniff.spec.whatwg.org/#binary-data-byte
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")

_TEXTS = frozenset({"application/pdf", "application/rtf", "audio/amr", "text/rtf"})
"""What begins with letters and is no text all the same: of anything else two letters prove nothing."""

_MACH = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")

_WELL_FORMED = re.compile(
    r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127} *(;[\x20-\x7e]{0,200})?", re.ASCII
)
_NAMES = {
    "application/xml": "text/xml",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg",
}
"""Types under the name that is registered, or the one that everybody knows."""

_CONTAINERS = {
    "application/zip": re.compile(r"application/(vnd\.|epub\+zip|x-zip|java-archive|x-iwork)"),
    "application/gzip": re.compile(r"application/(x-tgsticker|x-gzip|x-gtar|x-compressed)"),
    "video/mp4": re.compile(r"(audio|video)/(mp4|3gpp2?|x-m4a|x-m4v|quicktime|mp4-latm|m4v|mpeg4)"),
    "video/webm": re.compile(r"audio/webm"),
    "video/x-matroska": re.compile(r"(audio|video)/(webm|x-matroska)"),
    "audio/ogg": re.compile(r"(video|application|audio)/ogg"),
    "audio/mp4": re.compile(r"audio/(x-m4a|mp4-latm|aac)"),
    "application/msword": re.compile(r"application/(vnd\.ms-|msword)"),
}
"""Forms that hold several types, which begin alike: there the claim says more than the beginning."""

_CERTAIN = re.compile(
    r"image/(jpeg|png|gif|webp|bmp)|application/(pdf|zip)|audio/(ogg|amr|wav)|video/(webm|ogg)"
)
"""Types of which every file begins in the same way: what does not, is none, whatever it claims."""
_NEVER_TEXT = re.compile(r"(image|audio|video)/(?!svg)")


def bare(mime_type: str) -> str:
    """Without parameters, in lower case, under its usual name."""
    name = mime_type.partition(";")[0].strip().lower()
    return _NAMES.get(name, name)


def found(head: bytes) -> str | None:
    """The type that a beginning proves; None: it proves none, as that of a text does not."""
    if not _BINARY.search(head):
        return _of_text(head) or _among(_TEXTS, _guess(head))
    if head.startswith(_MACH):
        return "application/x-mach-binary"
    if head[4:8] == b"ftyp" and head[8:11] in {b"3gp", b"3g2"}:
        return "video/3gpp"
    return _guess(head)


def recorded(claimed: str, head: bytes) -> str:
    """The type to record of a file that claims to be of one: what is found goes before what is claimed.

    `application/octet-stream` for what hides what it is: a page or a program that claims to be something else, and
    what claims a type whose files never begin like that.
    """
    claimed = claimed.strip() if _WELL_FORMED.fullmatch(claimed.strip()) else ""
    claim, proof = bare(claimed), found(head)
    if proof is None:
        return claimed if _may_be(claim, head) else UNKNOWN
    if proof == claim:
        return claimed if _is_named_so(claimed, claim) else proof
    if proof in ACTIVE | _PROGRAMS:
        return proof if _is_harmless_claim(claim) else UNKNOWN
    container = _CONTAINERS.get(proof)
    return claimed if container is not None and container.match(claim) else proof


def is_inline(mime_type: str) -> bool:
    """Whether others may be shown the file as what it is: nothing in it can run."""
    return bare(mime_type) not in ACTIVE | _PROGRAMS


def _is_named_so(claimed: str, name: str) -> bool:
    return claimed.partition(";")[0].strip().lower() == name


def _may_be(claim: str, head: bytes) -> bool:
    """Whether a file in which nothing was found may be what it claims to be."""
    if not claim or _CERTAIN.fullmatch(claim):
        return False
    return bool(_BINARY.search(head)) or not _NEVER_TEXT.match(claim)


def _is_harmless_claim(claim: str) -> bool:
    """Who says text, or nothing, has disguised nothing."""
    return claim in {"", UNKNOWN} or claim.startswith("text/") or claim.endswith("xml")


def _of_text(head: bytes) -> str | None:
    """Pages, drawings and scripts are texts that something runs."""
    for mark in _MARKS:
        head = head.removeprefix(mark)
    text = head.lstrip()
    if text.startswith(b"#!") and not text.startswith(b"#!AMR"):
        return "text/x-script"
    if text.startswith(b"<?xml"):
        if _SVG.search(text):
            return "image/svg+xml"
        return "application/xhtml+xml" if _XHTML.search(text) else "text/xml"
    if _SVG.match(text):
        return "image/svg+xml"
    return "text/html" if _PAGE.match(text) else None


def _guess(head: bytes) -> str | None:
    guessed = filetype.guess_mime(head)
    return bare(guessed) if isinstance(guessed, str) else None


def _among(types: frozenset[str], guessed: str | None) -> str | None:
    return guessed if guessed in types else None

"""What a file is, is told by how it begins: what it claims counts only where the beginning cannot say."""

import pytest

from simulator.media import SAMPLE_PNG as PNG
from storage.filetypes import UNKNOWN, found, is_inline, recorded

PAD = b"\0" * 64
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + PAD
M4A = b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom" + PAD
GPP = b"\0\0\0\x18ftyp3gp4\0\0\2\0isom3gp4" + PAD
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + PAD
GIF = b"GIF89a" + PAD
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + PAD
OGG = b"OggS\0\2" + b"\0" * 22 + b"\x01\x13OpusHead\1\1" + PAD
WEBM = (
    b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\xf3\x81\x08B\x82\x84webmB\x87\x81" + PAD
)
AMR = b"#!AMR\n" + b"\x3c" * 40
MP3 = b"ID3\x03\0\0\0\0\0\x0f" + PAD
WAV = b"RIFF\x24\0\0\0WAVEfmt " + PAD
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
ZIP = b"PK\3\4\x14\0\0\0\0\0" + b"\0" * 20 + b"a.txt"
PAGE = b"\xef\xbb\xbf\n <!DOCTYPE html><script>steal()</script>"
SVG = b'<?xml version="1.0"?>\n<!-- --><svg xmlns="http://www.w3.org/2000/svg" onload="steal()"/>'
XML = b'<?xml version="1.0"?><nfeProc versao="4.00"/>'
ELF = b"\x7fELF\2\1\1" + PAD
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + PAD
MACH = b"\xcf\xfa\xed\xfe\7\0\0\1" + PAD
SCRIPT = b"#!/bin/sh\nrm -r /"
WORDS = b"BMW, MZ: two letters prove nothing.\n"


@pytest.mark.parametrize(
    ("head", "mime_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (MP4, "video/mp4"),
        (M4A, "audio/mp4"),
        (GPP, "video/3gpp"),
        (OGG, "audio/ogg"),
        (WEBM, "video/webm"),
        (AMR, "audio/amr"),
        (MP3, "audio/mpeg"),
        (WAV, "audio/wav"),
        (PDF, "application/pdf"),
        (ZIP, "application/zip"),
        (PAGE, "text/html"),
        (b"<SCRIPT src=x>", "text/html"),
        (b"<!-- a -->", "text/html"),
        (SVG, "image/svg+xml"),
        (b" <svg onload=x>", "image/svg+xml"),
        (XML, "text/xml"),
        (ELF, "application/x-executable"),
        (EXE, "application/x-msdownload"),
        (MACH, "application/x-mach-binary"),
        (SCRIPT, "text/x-script"),
        (WORDS, None),
        (b"a,b\n1,2\n", None),
        (b"< less than", None),
        (b"", None),
        (b"\0\1\2\3" + PAD, None),
    ],
)
def test_a_beginning_tells(head: bytes, mime_type: str | None) -> None:
    assert found(head) == mime_type


IMAGES = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif", "image/svg"]


@pytest.mark.parametrize("claimed", [*IMAGES, "video/mp4", "audio/ogg", "application/pdf"])
@pytest.mark.parametrize("head", [PAGE, SVG, ELF, EXE, MACH, SCRIPT, XML])
def test_what_hides_a_page_or_a_program_is_recorded_as_nothing(head: bytes, claimed: str) -> None:
    kept = recorded(claimed, head)
    assert kept == UNKNOWN or not is_inline(kept)
    assert not kept.startswith(("video/", "audio/", "image/p", "image/j", "image/g", "image/w"))


@pytest.mark.parametrize(
    ("claimed", "head", "kept"),
    [
        ("image/png", JPEG, "image/jpeg"),  # another picture than it says
        ("image/jpg", JPEG, "image/jpeg"),
        ("", PDF, "application/pdf"),
        (UNKNOWN, ZIP, "application/zip"),
        ("text/plain", PAGE, "text/html"),
        ("image/png", WORDS, UNKNOWN),
        ("audio/mpeg", WORDS, UNKNOWN),
        ("image/png", b"\0\1\2" + PAD, UNKNOWN),
        ("application/pdf", b"\0\1\2" + PAD, UNKNOWN),
        ("", WORDS, UNKNOWN),
        # what the beginning cannot tell apart is what it says it is
        ("audio/ogg; codecs=opus", OGG, "audio/ogg; codecs=opus"),
        ("audio/mp4", MP4, "audio/mp4"),
        ("video/3gpp", GPP, "video/3gpp"),
        ("audio/webm", WEBM, "audio/webm"),
        ("application/vnd.oasis.opendocument.text", ZIP, "application/vnd.oasis.opendocument.text"),
        ("text/csv", b"a,b\n1,2\n", "text/csv"),
        ("application/json", b"{}", "application/json"),
        ("message/rfc822", b"From: ana@example.com\n\noi", "message/rfc822"),
        ("application/xml", XML, "text/xml"),
        ("application/x-own", b"\0\1\2" + PAD, "application/x-own"),
        # what is no type at all
        ("image/png\r\nset-cookie: a=b", b"\1\2" + PAD, UNKNOWN),
        ("png", PNG, "image/png"),
    ],
)
def test_the_type_that_is_recorded(claimed: str, head: bytes, kept: str) -> None:
    assert recorded(claimed, head) == kept

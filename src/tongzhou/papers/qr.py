"""The code by which a paper is verified, as a picture that telephones read."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

import segno

LONGEST_ADDRESS = 500  # characters; more do not stay readable in the room that a paper has


def qr_picture(address: str, form: Literal["png", "svg"]) -> bytes:
    """Return the QR code (ISO/IEC 18004, error correction M) of `address` with its quiet zone, black on white; none if empty.

    The same address gives the same bytes.
    """
    if not address or len(address) > LONGEST_ADDRESS:
        return b""
    buffer = BytesIO()
    code = segno.make_qr(address, error="m", boost_error=False)
    if form == "png":
        code.save(buffer, kind="png", scale=8, border=4)
    else:
        code.save(buffer, kind="svg", border=4, xmldecl=False, nl=False, svgclass="tz-paper-qr", lineclass=None, omitsize=True)
    return buffer.getvalue()

"""Writes the golden bytes of kinds and versions that have none yet: `python -m tests.retail.write_golden`.

A file that exists is never written again: once released, its bytes are what shops have on their disks.
"""

from __future__ import annotations

from pathlib import Path

from retail.codec import encode_document, encode_envelope
from tests.factories.documents import SAMPLES
from tests.factories.receipts import envelope_for

GOLDEN = Path(__file__).parent / "golden"
HEX_DIGITS_PER_LINE = 96


def main() -> None:
    """Write what is missing."""
    samples = {f"{kind}-{version}": encode_document(document) for (kind, version), document in SAMPLES.items()}
    samples["envelope-1"] = encode_envelope(envelope_for(SAMPLES["sale", 1], 42))
    for name, data in samples.items():
        path, digits = GOLDEN / f"{name}.hex", data.hex()
        if not path.exists():
            rows = [digits[at : at + HEX_DIGITS_PER_LINE] for at in range(0, len(digits), HEX_DIGITS_PER_LINE)]
            path.write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()

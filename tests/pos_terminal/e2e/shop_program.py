"""The till's program on the small shop, for a terminal: what a screen looks like does not depend on clock or files.

python tests/pos_terminal/e2e/shop_program.py zh_CN [plain]
"""

from __future__ import annotations

import sys

from msgspec.structs import replace

from tests.pos_terminal.screens.shop_till import shop_app
from tests.pos_terminal.shop import Counter

if __name__ == "__main__":
    counter = Counter()
    if "hostile" in sys.argv:
        counter.shelves.items["milk"] = replace(counter.shelves.items["milk"], name="[red]牛奶\x1b[2J\x1b]0;title\x07")
    shop_app(counter, "en" if "en" in sys.argv else "zh_CN", plain="plain" in sys.argv).run(mouse=False)

"""The till's program on the small shop, for a terminal: what a screen looks like does not depend on clock or files.

python tests/pos_terminal/e2e/shop_program.py zh_CN [plain]
"""

from __future__ import annotations

import sys

from tests.pos_terminal.screens.shop_till import shop_app

if __name__ == "__main__":
    shop_app(language="en" if "en" in sys.argv else "zh_CN", plain="plain" in sys.argv).run(mouse=False)

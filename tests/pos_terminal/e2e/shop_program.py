"""The till's program on the small shop, for a terminal: what a screen looks like does not depend on clock or files.

python tests/pos_terminal/e2e/shop_program.py zh_CN [plain] [hostile] [offers]
"""

from __future__ import annotations

import sys

from msgspec.structs import replace

from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Audience,
    BuyGet,
    Offer,
    PercentOff,
    Scope,
    Slot,
    Window,
)
from tests.pos_terminal.screens.shop_till import shop_app
from tests.pos_terminal.shop import Counter

OFFERS = (
    Offer("spend", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000), AmountTier(16_500, 3_000))), name="满100减10"),
    Offer("tea5", AmountOff(500), name="茶券减5元", scope=Scope(items=("tea",)), audience=Audience(coupon="TEA5")),
    Offer("damaged", PercentOff(5_000), name="破损半价", scope=Scope(items=("soap",)), manual=True),
    Offer("opening", AmountAtThreshold(tiers=(AmountTier(500, 200),)), name="开业立减2元", manual=True),
    Offer("soap21", BuyGet(2, 1), name="香皂买二送一", scope=Scope(items=("soap",))),
    Offer(
        "gold",
        PercentOff(1_000),
        name="牛奶会员九折",
        scope=Scope(items=("milk",)),
        audience=Audience(levels=("gold",)),
    ),
    Offer(
        "night",
        PercentOff(3_000),
        name="夜市七折\x1b[2J\x07",
        scope=Scope(departments=("10",)),
        window=Window(slots=(Slot(20 * 60, 22 * 60),)),
    ),
)

if __name__ == "__main__":
    counter = Counter(offers=OFFERS if "offers" in sys.argv else ())
    counter.rights_for("cashier", "promotion")
    if "hostile" in sys.argv:
        counter.shelves.items["milk"] = replace(counter.shelves.items["milk"], name="[red]牛奶\x1b[2J\x1b]0;title\x07")
    shop_app(counter, "en" if "en" in sys.argv else "zh_CN", plain="plain" in sys.argv).run(mouse=False)

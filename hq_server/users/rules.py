"""The rights of headquarters' users, and how a sign-in is slowed down."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

RIGHTS: Final[dict[str, tuple[str, str]]] = {
    "reports.sales": ("查看销售", "see sales and stock"),
    "reports.margin": ("查看毛利", "see cost and margin"),
    "pricing.change": ("修改价格", "change prices"),
    "pricing.cost": ("修改成本", "change costs"),
    "catalog.edit": ("修改商品", "change items and codes"),
    "promotions.edit": ("修改促销", "change offers"),
    "promotions.approve": ("审批促销", "approve offers"),
    "staff.edit": ("管理门店人员", "manage staff and roles of stores"),
    "stores.edit": ("管理门店和收银机", "manage stores and tills"),
    "sync.repair": ("处理异常单据", "look at what was set aside, and fold it again"),
    "users.edit": ("管理总部用户", "manage users of headquarters"),
}
"""Right → (zh, en)."""

PASSWORD_LENGTH_MIN: Final = 12
PASSWORD_LENGTH_MAX: Final = 200
FAILURES_FREE: Final = 4
LOCK_MAX: Final = timedelta(minutes=15)


def lock_after(failures: int) -> timedelta:
    """How long a user waits after so many wrong passwords in a row.

    >>> lock_after(4), lock_after(6)
    (datetime.timedelta(0), datetime.timedelta(seconds=40))
    """
    if failures <= FAILURES_FREE:
        return timedelta(0)
    return min(LOCK_MAX, timedelta(seconds=10 << min(failures - FAILURES_FREE, 10)))

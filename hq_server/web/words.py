"""What the console says, in Chinese and English: short, and what to do next.

`WORDS` are labels and sentences by key. `ERRORS` are the services' refusals by code; a refusal without a code of its
own is told in the words of the service.
"""

from __future__ import annotations

from typing import Final, Literal

from hq_server.errors import HqError
from hq_server.web.coupon_words import COUPON_ERRORS, COUPON_WORDS
from hq_server.web.offer_words import OFFER_ERRORS, OFFER_WORDS
from hq_server.web.rehearsal_words import REHEARSAL_WORDS

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")

WORDS: Final[dict[str, tuple[str, str]]] = {
    # frame and sign-in
    "product": ("掌柜", "Zhanggui"),
    "headquarters": ("总部", "Headquarters"),
    "live": ("实时看板", "Live board"),
    "prices": ("价格", "Prices"),
    "delivery": ("下发进度", "Delivery"),
    "aside": ("异常单据", "Set aside"),
    "places": ("门店与收银机", "Stores and tills"),
    "people": ("员工与用户", "People"),
    "sign_in": ("登录", "Sign in"),
    "sign_out": ("退出", "Sign out"),
    "user": ("用户名", "User name"),
    "user_hint": ("小写字母、数字、点、连字符，2–40 位", "2 to 40 small letters, digits, dots, hyphens"),
    "your_name": ("姓名", "Your name"),
    "password": ("密码", "Password"),
    "password_hint": ("至少 12 个字符", "at least 12 characters"),
    "password_again": ("再输一次密码", "Password again"),
    "first_title": ("设置管理员", "Set up the administrator"),
    "first_text": ("此链接只能用一次。", "This link works once."),
    "first_done": ("保存并登录", "Save and sign in"),
    "over": ("登录已结束，请重新登录", "Your sign-in is over: sign in again"),
    "wrong": ("用户名或密码不对，请重试", "Wrong user name or password: try again"),
    "resting": ("错误次数过多，请在 {seconds} 秒后重试", "Too many tries: try again in {seconds} seconds"),
    "passwords_differ": ("两次密码不同，请重输", "The passwords differ: type them again"),
    "link_bad": (
        "此链接已用过或已过期：请用 hq-server admin-link 重新生成",
        "This link was used or is too old: make a new one with hq-server admin-link",
    ),
    "ask_for_link": (
        "忘记密码？请管理员在服务器上运行 hq-server admin-link",
        "Lost the password? An administrator runs hq-server admin-link on the server",
    ),
    "language": ("English", "中文"),
    "no_pages": ("您的账号还没有权限，请找管理员", "Your account has no right yet: ask an administrator"),
    "database_gone": ("数据库暂时连不上，稍后会自动重试", "The database cannot be reached now: it is tried again"),
    "cancel": ("取消", "Cancel"),
    "close": ("关闭", "Close"),
    "save": ("保存", "Save"),
    "done": ("完成", "Done"),
    "export_csv": ("导出 CSV", "CSV"),
    "export_xlsx": ("导出 Excel", "Excel"),
    "nothing": ("没有数据", "Nothing here"),
    "search": ("查找", "Search"),
    "refreshed": ("更新于 {time}", "as of {time}"),
    # figures
    "date": ("营业日", "Business date"),
    "today": ("今天", "Today"),
    "latest": ("最近营业日", "Latest day"),
    "store": ("门店", "Store"),
    "store_name": ("店名", "Name"),
    "zone": ("区域", "Zone"),
    "net": ("销售额", "Sales"),
    "gross": ("原价金额", "Gross"),
    "reduction": ("优惠", "Reductions"),
    "margin": ("毛利", "Margin"),
    "margin_rate": ("毛利率", "Margin %"),
    "uncosted": ("无成本销售", "No cost"),
    "some_uncosted": ("部分商品无成本", "some uncosted"),
    "customers": ("客数", "Customers"),
    "members": ("会员数", "Members"),
    "average": ("客单价", "Per customer"),
    "units": ("销量", "Units sold"),
    "lines": ("行数", "Lines"),
    "stock": ("库存", "Stock"),
    "below_zero": ("负库存", "Below zero"),
    "stores_selling": ("有销售门店", "Stores selling"),
    "total": ("合计", "Total"),
    "by_item": ("商品", "Items"),
    "by_clerk": ("营业员", "Clerks"),
    "by_hour": ("时段", "By the hour"),
    "by_tender": ("付款方式", "Payment"),
    "receipts": ("小票", "Receipts"),
    "item": ("商品号", "Item"),
    "item_name": ("品名", "Goods"),
    "code": ("条码", "Code"),
    "department": ("部门", "Department"),
    "clerk": ("营业员", "Clerk"),
    "name": ("姓名", "Name"),
    "ownership": ("归属", "Ownership"),
    "own": ("私拥", "own"),
    "shared": ("分成", "shared"),
    "pool": ("公拥", "pool"),
    "none": ("无", "none"),
    "hour": ("时", "Hour"),
    "back_to_board": ("返回看板", "Back to the board"),
    "back_to_store": ("返回门店", "Back to the store"),
    # receipt
    "receipt": ("小票", "Receipt"),
    "goods": ("商品明细", "Goods"),
    "number": ("号码", "Number"),
    "time": ("时间", "Time"),
    "till": ("收银机", "Till"),
    "shift": ("班次", "Shift"),
    "cashier": ("收银员", "Cashier"),
    "member": ("会员", "Member"),
    "quantity": ("数量", "Quantity"),
    "unit": ("单位", "Unit"),
    "unit_price": ("单价", "Unit price"),
    "tax": ("税额", "Tax"),
    "entry": ("录入", "Entry"),
    "reductions_of": ("优惠明细", "Reductions"),
    "tenders": ("付款", "Payments"),
    "given": ("实收", "Given"),
    "change": ("找零", "Change"),
    "voided": ("已删除", "voided"),
    "voided_by": ("{by} 删除", "voided by {by}"),
    "adjusts": ("{document} 第 {line} 行优惠变动", "moves offers of line {line} of {document}"),
    "takes_back": ("退 {document} 第 {line} 行", "takes back line {line} of {document}"),
    "identity": ("单据标识", "Document"),
    "accepted_at": ("总部收到", "At headquarters"),
    "unknown": ("未知", "unknown"),
    "offer": ("促销", "offer"),
    "voucher": ("券", "voucher"),
    "points": ("积分", "points"),
    "manual": ("手工", "manual"),
    "rounding": ("抹零", "rounding"),
    "cash": ("现金", "cash"),
    "card": ("银行卡", "card"),
    "wallet_qr": ("扫码付", "wallet"),
    "stored_value": ("储值", "stored value"),
    "coupon": ("优惠券", "coupon"),
    "exchange": ("换货抵扣", "exchange"),
    "other": ("其他", "other"),
    # prices
    "find_item": ("商品号、条码、品名或拼音首字母", "Item, code, name or pinyin initials"),
    "item_prices": ("现有价格", "Its prices"),
    "change_price": ("改价", "Change the price"),
    "kind": ("价格种类", "Kind"),
    "retail": ("零售价", "retail"),
    "wholesale": ("批发价", "wholesale"),
    "member_level": ("会员价 {level}", "member {level}"),
    "scope": ("范围", "Scope"),
    "chain": ("全部门店", "All stores"),
    "scope_zone": ("区域 {name}", "Zone {name}"),
    "scope_store": ("门店 {name}", "Store {name}"),
    "which_zone": ("哪个区域", "Which zone"),
    "which_store": ("哪家门店", "Which store"),
    "scope_kind_zone": ("按区域", "A zone"),
    "scope_kind_store": ("按门店", "A store"),
    "new_price": ("新价格", "New price"),
    "from": ("生效时间", "From"),
    "until": ("截止时间", "Until"),
    "from_date": ("生效日期", "From date"),
    "from_time": ("生效时刻", "From time"),
    "until_optional": ("截止（可空）", "Until (may be empty)"),
    "store_time": ("门店当地时间", "the stores' own time"),
    "publish": ("发布", "Publish"),
    "state": ("状态", "State"),
    "planned": ("待生效", "planned"),
    "holding": ("生效中", "in force"),
    "ended": ("已结束", "over"),
    "by": ("经办", "By"),
    "published_at": ("发布时间", "Published"),
    "latest_changes": ("待生效与最近改价", "Planned and latest changes"),
    "price_published": ("已发布，可在“下发进度”查看到店情况", "Published: Delivery shows each till"),
    "see_delivery": ("查看下发", "See delivery"),
    "withdraw": ("撤销", "Withdraw"),
    "withdraw_sure": ("撤销这条价格？门店将按其余价格收款。", "Withdraw this price? Tills then charge what remains."),
    "choose_item": ("请先查找并选择商品", "Find and choose an item first"),
    "bad_price": ("“{text}”不是价格：请输如 12.50", "“{text}” is no price: type it as 12.50"),
    "price_zero": ("价格必须大于 0", "A price is above zero"),
    "price_digits": ("价格最多四位小数", "A price has up to four decimals"),
    "price_huge": ("价格过大，请检查", "This price is too large: check it"),
    "bad_date": ("日期请写成 2026-11-21", "Type the date as 2026-11-21"),
    "bad_time": ("时刻请写成 08:30", "Type the time as 08:30"),
    "from_past": (
        "生效时间已过（当地现在 {now}）：请选现在或以后",
        "This time is past (it is {now} there): choose now or later",
    ),
    "from_far": ("生效时间超过两年，请检查", "More than two years ahead: check the date"),
    "until_before": ("截止必须晚于生效", "It must end after it begins"),
    "scope_missing": ("请选择区域或门店", "Choose a zone or store"),
    # delivery
    "feed": ("数据", "Feed"),
    "position": ("位置", "Position"),
    "feed_position": ("已发布到 {position}", "published up to {position}"),
    "published": ("已发布", "published"),
    "at_host": ("已到店", "at the host"),
    "in_use": ("已使用", "in use"),
    "behind": ("落后", "Behind"),
    "last_seen": ("最近联系", "Last seen"),
    "since": ("时间", "Since"),
    "never": ("从未", "never"),
    "watched_position": ("查看位置", "Watching position"),
    "watch_latest": ("看最新", "Watch the latest"),
    "items": ("商品", "Items"),
    "barcodes": ("条码", "Codes"),
    "offers": ("促销", "Offers"),
    "staff": ("员工", "Staff"),
    "roles": ("角色", "Roles"),
    "configuration": ("配置", "Settings"),
    "till_keys": ("收银机密钥", "Till keys"),
    "baselines": ("库存与用量基准", "Stock and uses"),
    "coupon_series": ("券种", "Coupon series"),
    "coupon_blocks": ("作废券", "Void coupons"),
    "members_feed": ("会员", "Members"),
    # set aside
    "parked": ("待升级", "parked"),
    "quarantine": ("隔离", "quarantine"),
    "document_kind": ("单据种类", "Document"),
    "alarm_kind": ("警报种类", "Alarm"),
    "reason": ("原因", "Reason"),
    "detail": ("说明", "Detail"),
    "dependants": ("相关退货", "Dependants"),
    "replay": ("重新处理", "Fold again"),
    "replay_all": ("本店全部重试", "All of this store"),
    "replayed": ("已重试 {tried} 条，仍搁置 {left} 条", "{tried} tried again, {left} still set aside"),
    "nothing_aside": ("没有搁置的单据", "Nothing is set aside"),
    "choose_rows": ("请先选择单据", "Choose entries first"),
    "alarms": ("警报", "Alarms"),
    "fork": ("日志分叉", "forked journal"),
    "branch": ("磁盘被复制或恢复", "copied or restored disk"),
    "coupon_twice": ("同一张券被再次使用", "a coupon taken a second time"),
    "coupon_unknown": ("收了总部没发过的券", "a coupon that was never issued"),
    "unknown_document": ("程序尚不认识的单据", "a document this program does not know yet"),
    "unreadable": ("内容损坏", "cannot be read"),
    "implausible_date": ("营业日不合理", "implausible business date"),
    "sums_differ": ("金额不平", "its sums differ"),
    "out_of_reach": ("数值过大", "a figure beyond reason"),
    "cannot_be_folded": ("无法入账", "cannot be folded"),
    "refused_by_database": ("数据库拒绝", "refused by the database"),
    # places
    "stores": ("门店", "Stores"),
    "tills": ("收银机", "Tills"),
    "store_kind": ("联网方式", "Kind"),
    "realtime": ("实时型", "real-time"),
    "batch": ("传输型", "batch"),
    "hosted": ("托管型", "hosted"),
    "proxy": ("代管店", "proxy"),
    "host": ("主机", "Host"),
    "enrolled": ("登记时间", "Enrolled"),
    "enrolled_state": ("已登记", "enrolled"),
    "not_enrolled": ("未登记", "not enrolled"),
    "revoked": ("已停用", "revoked"),
    "issue_code": ("生成登记码", "Enrolment code"),
    "code_for": ("{till} 的登记码", "Enrolment code of {till}"),
    "code_text": (
        "在收银机上输入。只能用一次，{minutes} 分钟内有效，关闭后不再显示。",
        "Type it at the till. It works once, for {minutes} minutes, and is not shown again.",
    ),
    "choose_till": ("请先选择一台收银机", "Choose a till first"),
    "revoke": ("停用", "Revoke"),
    "revoke_sure": (
        "停用 {till}？它的密钥与令牌立即失效，之后可重新登记。",
        "Revoke {till}? Its key and token stop at once; it can be enrolled again.",
    ),
    "add_till": ("新增收银机", "Add a till"),
    "till_code": ("收银机编号，如 S1-03", "Till code, such as S1-03"),
    # people
    "operators": ("门店员工", "Staff at tills"),
    "operator": ("工号", "Number"),
    "role": ("角色", "Role"),
    "active": ("在用", "Active"),
    "inactive": ("停用", "inactive"),
    "audience": ("所属", "Where"),
    "has_pin": ("可登录", "Signs on"),
    "functions": ("功能", "Functions"),
    "limits": ("限额", "Limits"),
    "users": ("总部用户", "Users of headquarters"),
    "rights": ("权限", "Rights"),
    "all_stores": ("全部门店", "all stores"),
    "add_user": ("新增用户", "Add a user"),
    "end_sessions": ("强制退出", "Sign out everywhere"),
    "sessions_ended": ("{user} 的登录已全部结束", "All sign-ins of {user} have ended"),
    "choose_user": ("请先选择一个用户", "Choose a user first"),
    "stores_limit": ("限定门店（可空，用逗号分隔）", "Only these stores (may be empty, by commas)"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    **OFFER_WORDS,
    **COUPON_WORDS,
    **REHEARSAL_WORDS,
}
"""Key → Chinese, English."""

ERRORS: Final[dict[str, tuple[str, str]]] = {
    "forbidden": ("没有权限：请找管理员", "You have no right to this: ask an administrator"),
    "bad_user": (
        "用户名须为 2–40 位小写字母、数字、点或连字符",
        "A user name has 2 to 40 small letters, digits, dots or hyphens",
    ),
    "user_exists": ("该用户名已存在：请换一个", "This user name is taken: choose another"),
    "bad_password": ("密码至少 12 个字符", "A password has at least 12 characters"),
    "bad_till": (
        "收银机编号只能用大写字母、数字和连字符，如 S1-03",
        "A till code has capitals, digits and hyphens, like S1-03",
    ),
    "till_elsewhere": (
        "这个编号已属于另一家门店：请换一个",
        "This code belongs to another store for life: choose another",
    ),
    "not_found": ("找不到：请刷新后再试", "There is no such thing any more: reload the page"),
    "not_signed_in": WORDS["over"],
    "database_unavailable": WORDS["database_gone"],
    **OFFER_ERRORS,
    **COUPON_ERRORS,
}
"""Code of a refusal → Chinese, English."""

REFUSED: Final = ("未能完成：{reason}", "{reason}")
"""Around the words of a service that has no other."""


def language_of(text: str) -> Language:
    """The language meant by a setting or an Accept-Language header; Chinese unless English comes first."""
    return "en" if text.strip().lower().startswith("en") else "zh"


def say(language: Language, key: str, **values: object) -> str:
    """The words for a key. An unknown key is a mistake in the program: KeyError."""
    chosen = WORDS[key][LANGUAGES.index(language)]
    return chosen.format(**values) if values else chosen


def say_or(language: Language, key: str, otherwise: str) -> str:
    """The words for a key that comes from data; what it says itself, when there are none."""
    return say(language, key) if key in WORDS else otherwise


def say_refusal(language: Language, error: HqError) -> str:
    """A refusal in the reader's language."""
    place = LANGUAGES.index(language)
    if error.code in ERRORS:
        return ERRORS[error.code][place]
    return REFUSED[place].format(reason=error.message)


def other(language: Language) -> Language:
    """The other language."""
    return "en" if language == "zh" else "zh"

"""Every function of the till, once: its code, names, default keys, and whether it needs a right or an
approval.

Keymap, key strip, help, printed keytops, rights per role and the reference page are all read from this table,
so that a function can never be on a key and not in the help, or in the rights and not on the till.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["zh", "en"]

Scope = Literal["sale", "tender", "any"]
"""The screen on which a function's key works: the sale, the payment screen, or both."""

Section = Literal["goods", "receipt", "people", "tender", "drawer", "session"]

SECTION_LABELS: Final[dict[Section, tuple[str, str]]] = {
    "goods": ("商品", "Goods"),
    "receipt": ("小票", "Receipt"),
    "people": ("会员与营业员", "Members and clerks"),
    "tender": ("付款", "Payment"),
    "drawer": ("钱箱与班次", "Drawer and shift"),
    "session": ("系统", "Session"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One thing a cashier can make the till do.

    `default_keys` are Textual's key names, the first one printed on the strip; none means that the function
    is picked from the menu. `right`: a role must name it. `needs_approval`: also who holds the right calls a
    second person, unless their role may approve it.
    """

    code: str
    label_zh: str
    label_en: str
    default_keys: tuple[str, ...]
    section: Section
    help_zh: str
    help_en: str
    scope: Scope = "sale"
    right: bool = False
    needs_approval: bool = False

    @property
    def default_key(self) -> str:
        """The key printed on the strip; empty when the function is picked from the menu."""
        return self.default_keys[0] if self.default_keys else ""

    def label(self, language: Language) -> str:
        """Its name on the key strip."""
        return self.label_zh if language == "zh" else self.label_en

    def help(self, language: Language) -> str:
        """One sentence: what to press, and what happens."""
        return self.help_zh if language == "zh" else self.help_en


FUNCTIONS: Final[tuple[Function, ...]] = (
    Function(
        code="quantity",
        label_zh="数量",
        label_en="Quantity",
        default_keys=("asterisk",),
        section="goods",
        help_zh="先输数量再按此键，然后扫码：3 * 扫码。",
        help_en="Type the quantity, press this key, then scan: 3 * scan.",
    ),
    Function(
        code="department",
        label_zh="部门",
        label_en="Department",
        default_keys=("ctrl+d",),
        section="goods",
        help_zh="无码商品：输金额，按此键，选部门。",
        help_en="Goods without a code: type the amount, press this key, choose the department.",
    ),
    Function(
        code="search",
        label_zh="查找",
        label_en="Search",
        default_keys=("ctrl+f",),
        section="goods",
        help_zh="按品名、拼音首字母或编码找商品。",
        help_en="Find goods by name, pinyin initials or code.",
    ),
    Function(
        code="price_check",
        label_zh="查价",
        label_en="Price check",
        default_keys=("insert",),
        section="goods",
        help_zh="按此键再扫码：只看价格，不入小票。",
        help_en="Press, then scan: shows the price and sells nothing.",
    ),
    Function(
        code="stock_query",
        label_zh="查库存",
        label_en="Stock",
        default_keys=("ctrl+t",),
        section="goods",
        help_zh="查所选商品在本店和其他门店的库存。",
        help_en="Shows the selected item's stock, here and in other stores.",
    ),
    Function(
        code="repeat",
        label_zh="重复上次",
        label_en="Repeat",
        default_keys=("f6",),
        section="goods",
        help_zh="再卖一次上一行，数量相同。",
        help_en="Sells the last line again, with its quantity.",
    ),
    Function(
        code="remove_line",
        label_zh="删行",
        label_en="Remove line",
        default_keys=("delete", "minus"),
        section="goods",
        help_zh="用 ↑ ↓ 选一行，按此键删除；记录中保留。",
        help_en="Choose a line with ↑ ↓ and press: the line is struck out and stays on record.",
    ),
    Function(
        code="line_discount",
        label_zh="单品折扣",
        label_en="Line discount",
        default_keys=("f7",),
        section="goods",
        help_zh="给所选行打折：输折扣率或减价金额。",
        help_en="Takes a percentage or an amount off the selected line.",
        right=True,
    ),
    Function(
        code="price_override",
        label_zh="改价",
        label_en="Change price",
        default_keys=("ctrl+o",),
        section="goods",
        help_zh="给所选行输入新单价和原因。",
        help_en="Gives the selected line another unit price, with a reason.",
        right=True,
        needs_approval=True,
    ),
    Function(
        code="total",
        label_zh="结算",
        label_en="Total",
        default_keys=("f9", "plus"),
        section="receipt",
        help_zh="显示应收并进入付款；空行按回车也可。",
        help_en="Shows what is due and goes to payment; Enter on an empty entry does the same.",
    ),
    Function(
        code="receipt_discount",
        label_zh="整单折扣",
        label_en="Receipt discount",
        default_keys=("f8",),
        section="receipt",
        help_zh="给整张小票打折：输折扣率或减价金额。",
        help_en="Takes a percentage or an amount off the whole receipt.",
        right=True,
    ),
    Function(
        code="coupon",
        label_zh="优惠券",
        label_en="Offer coupon",
        default_keys=("ctrl+k",),
        section="receipt",
        help_zh="扫券或输券号，马上知道减多少；已收的券可退还。",
        help_en="Scan a coupon or type its code: says at once what it gives; those taken can be given back.",
    ),
    Function(
        code="promotion",
        label_zh="促销",
        label_en="Offers",
        default_keys=("ctrl+b",),
        section="receipt",
        help_zh="选现场促销，一种或几种；再选一次即取消。也可加赠品和换购品。",
        help_en="Choose manual offers, one or several; choose again to undo. Adds gifts and reward goods, too.",
        right=True,
    ),
    Function(
        code="explain",
        label_zh="优惠说明",
        label_en="Why this price",
        default_keys=("ctrl+e",),
        section="receipt",
        help_zh="每行每个促销：减了多少，没减的为什么，还差什么。",
        help_en="For every line and offer: what it takes off, why it does not, and what is missing.",
        scope="any",
    ),
    Function(
        code="hold",
        label_zh="挂单",
        label_en="Hold",
        default_keys=("f3",),
        section="receipt",
        help_zh="把这张小票放到一边；小票为空时列出挂单。",
        help_en="Puts this receipt aside; with nothing sold yet, lists what is held.",
    ),
    Function(
        code="recall",
        label_zh="取单",
        label_en="Recall",
        default_keys=("f4",),
        section="receipt",
        help_zh="取回挂单；本店任何一台收银机都可以取。",
        help_en="Takes up a held receipt, from any till of the store.",
    ),
    Function(
        code="cancel_receipt",
        label_zh="整单取消",
        label_en="Cancel receipt",
        default_keys=("ctrl+delete",),
        section="receipt",
        help_zh="取消整张小票；记录中保留。",
        help_en="Cancels the whole receipt; it stays on record.",
        right=True,
        needs_approval=True,
    ),
    Function(
        code="return",
        label_zh="退货",
        label_en="Return",
        default_keys=("f10",),
        section="receipt",
        help_zh="扫小票二维码或输小票号，选要退的商品；可同时卖新商品。",
        help_en="Scan the receipt's QR or type its number, choose what comes back; new goods may follow.",
        right=True,
    ),
    Function(
        code="return_without_receipt",
        label_zh="无票退货",
        label_en="Return without receipt",
        default_keys=(),
        section="receipt",
        help_zh="没有小票的退货：扫商品，按现价退。",
        help_en="Takes goods back without a receipt: scan them, today's price is paid out.",
        right=True,
        needs_approval=True,
    ),
    Function(
        code="reprint",
        label_zh="重打",
        label_en="Reprint",
        default_keys=("ctrl+p",),
        section="receipt",
        help_zh="重打小票，标明“补打”和次数。",
        help_en="Prints a receipt again, marked as a copy with its number.",
        right=True,
    ),
    Function(
        code="member",
        label_zh="会员",
        label_en="Member",
        default_keys=("f2", "home"),
        section="people",
        help_zh="刷会员卡，或输卡号、手机号。",
        help_en="Read the member's card, or type its number or the phone number.",
    ),
    Function(
        code="clerk",
        label_zh="营业员",
        label_en="Clerk",
        default_keys=("f5",),
        section="people",
        help_zh="设定以后各行的营业员；07/ 加条码只设一行；@A 为公拥组。",
        help_en="Sets the clerk of the lines that follow; 07/ before a code sets one line; @A is a pool.",
    ),
    Function(
        code="clerk_share",
        label_zh="分业绩",
        label_en="Share line",
        default_keys=("ctrl+g",),
        section="people",
        help_zh="所选行由几人分：07*60+12*40。",
        help_en="Shares the selected line among clerks: 07*60+12*40.",
    ),
    Function(
        code="tender_cash",
        label_zh="现金",
        label_en="Cash",
        default_keys=("enter",),
        section="tender",
        help_zh="输实收金额按回车；不输即为刚好。",
        help_en="Type what was given and press; nothing typed means the exact amount.",
        scope="tender",
    ),
    Function(
        code="tender_card",
        label_zh="银行卡",
        label_en="Card",
        default_keys=("f5",),
        section="tender",
        help_zh="刷卡收全部或所输金额。",
        help_en="Takes all that is due, or the amount typed, by bank card.",
        scope="tender",
    ),
    Function(
        code="tender_wallet_qr",
        label_zh="扫码付",
        label_en="Wallet",
        default_keys=("f6",),
        section="tender",
        help_zh="扫顾客的微信、支付宝或云闪付付款码。",
        help_en="Scan the customer's WeChat, Alipay or UnionPay code.",
        scope="tender",
    ),
    Function(
        code="tender_stored_value",
        label_zh="储值",
        label_en="Stored value",
        default_keys=("f7",),
        section="tender",
        help_zh="从会员储值中支付。",
        help_en="Pays from the member's stored value.",
        scope="tender",
    ),
    Function(
        code="tender_voucher",
        label_zh="购物券",
        label_en="Voucher",
        default_keys=("f8",),
        section="tender",
        help_zh="收购物券：输面额，按此键。",
        help_en="Takes a voucher: type its value and press.",
        scope="tender",
    ),
    Function(
        code="tender_coupon",
        label_zh="厂家券",
        label_en="Coupon",
        default_keys=("f10",),
        section="tender",
        help_zh="收厂家优惠券：输面额，按此键。",
        help_en="Takes a manufacturer's coupon: type its value and press.",
        scope="tender",
    ),
    Function(
        code="tender_other",
        label_zh="其他付款",
        label_en="Other",
        default_keys=("insert",),
        section="tender",
        help_zh="门店设定的其他付款方式。",
        help_en="Another means of payment that the store has set up.",
        scope="tender",
    ),
    Function(
        code="remove_tender",
        label_zh="取消收款",
        label_en="Remove payment",
        default_keys=("delete", "minus"),
        section="tender",
        help_zh="撤掉最后一笔收款，小票未完成前有效。",
        help_en="Takes the last payment off again, as long as the receipt is open.",
        scope="tender",
    ),
    Function(
        code="no_sale",
        label_zh="开钱箱",
        label_en="Open drawer",
        default_keys=("end",),
        section="drawer",
        help_zh="不销售而开钱箱，要写原因。",
        help_en="Opens the drawer without a sale, with a reason.",
        right=True,
        needs_approval=True,
    ),
    Function(
        code="shift_open",
        label_zh="开班",
        label_en="Open shift",
        default_keys=(),
        section="drawer",
        help_zh="输备用金，开始一个班次。",
        help_en="Begins a shift with the float in the drawer.",
    ),
    Function(
        code="cash_in",
        label_zh="存入现金",
        label_en="Cash in",
        default_keys=(),
        section="drawer",
        help_zh="往钱箱加现金，要写原因。",
        help_en="Puts cash into the drawer, with a reason.",
        right=True,
    ),
    Function(
        code="cash_out",
        label_zh="取出现金",
        label_en="Cash out",
        default_keys=(),
        section="drawer",
        help_zh="从钱箱取现金，要写原因。",
        help_en="Takes cash out of the drawer, with a reason.",
        right=True,
        needs_approval=True,
    ),
    Function(
        code="x_report",
        label_zh="X 报表",
        label_en="X report",
        default_keys=(),
        section="drawer",
        help_zh="打印本班到现在的合计，不结束班次。",
        help_en="Prints the shift's figures so far; the shift goes on.",
        right=True,
    ),
    Function(
        code="z_report",
        label_zh="交班",
        label_en="Z report",
        default_keys=(),
        section="drawer",
        help_zh="先盘点钱箱再看应有数，打印并结束班次。",
        help_en="Count the drawer first, then see what it should hold; prints and ends the shift.",
        right=True,
    ),
    Function(
        code="menu",
        label_zh="功能",
        label_en="Menu",
        default_keys=("f12",),
        section="session",
        help_zh="列出没有快捷键的功能，按号码选择。",
        help_en="Lists the functions without a key of their own; choose by number.",
    ),
    Function(
        code="lock",
        label_zh="锁屏",
        label_en="Lock",
        default_keys=("ctrl+l",),
        section="session",
        help_zh="锁定收银机，小票保留；输密码继续。",
        help_en="Locks the till and keeps the receipt; your PIN goes on.",
        scope="any",
    ),
    Function(
        code="sign_off",
        label_zh="下岗",
        label_en="Sign off",
        default_keys=(),
        section="session",
        help_zh="退出登录，换人收银；班次不结束。",
        help_en="Signs you off for the next cashier; the shift goes on.",
    ),
    Function(
        code="language",
        label_zh="中文/EN",
        label_en="EN/中文",
        default_keys=("ctrl+n",),
        section="session",
        help_zh="在中文和英文之间切换。",
        help_en="Changes between Chinese and English.",
        scope="any",
    ),
    Function(
        code="help",
        label_zh="帮助",
        label_en="Help",
        default_keys=("f1",),
        section="session",
        help_zh="列出所有按键及其用法。",
        help_en="Lists every key and what it does.",
        scope="any",
    ),
)

BY_CODE: Final[dict[str, Function]] = {function.code: function for function in FUNCTIONS}

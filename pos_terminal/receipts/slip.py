"""What every slip shares: the words, the head with store and moment, the foot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from devices.receipt import Align, Cell, Columns, Cut, Feed, Item, Receipt, Rule, Text
from pos_terminal.checkout.terms import Terms
from retail.coupons import SignedCoupon
from retail.money import MINOR_PER_MAJOR, UNIT_PRICE_SCALE, format_minor

WORDS: Final[dict[str, tuple[str, str]]] = {
    "amount": ("金额", "Amount"),
    "approver": ("授权", "Approved by"),
    "business_date": ("营业日", "Business date"),
    "card": ("银行卡", "Card"),
    "cash": ("现金", "Cash"),
    "cash_in": ("存入现金", "Cash in"),
    "cash_out": ("取出现金", "Cash out"),
    "cashier": ("收银员", "Cashier"),
    "change": ("找零", "Change"),
    "clerk": ("营业员", "Clerk"),
    "copy": ("补打", "Copy"),
    "count_receipts": ("笔数", "Receipts"),
    "counted": ("实点", "Counted"),
    "coupon": ("厂家券", "Coupon"),
    "coupon_used": ("用券 {code}", "Coupon {code}"),
    "coupon_cancelled": ("返券作废", "Coupons cancelled"),
    "coupon_kept": ("返券未收回，扣", "Off for coupons kept"),
    "difference": ("差额", "Difference"),
    "drawer": ("钱箱应有", "Drawer should hold"),
    "exchange": ("换货抵付", "Exchange"),
    "exchanged": ("换货", "EXCHANGE"),
    "expected": ("应有", "Expected"),
    "float": ("备用金", "Float"),
    "forfeited": ("券面 {value}", "Value {value}"),
    "given": ("实收 {amount}", "Given {amount}"),
    "grand_total": ("累计销售", "Grand total"),
    "hold": ("挂单", "ON HOLD"),
    "holds": ("{day} 至 {last} 可用", "Valid {day} to {last}"),
    "holds_from": ("{day} 起可用", "Valid from {day}"),
    "items": ("件数", "Items"),
    "keep": ("凭此小票退换", "Keep this receipt for returns"),
    "label": ("标记", "Label"),
    "line_discount": ("单品折扣", "Line discount"),
    "lines": ("行数", "Lines"),
    "coupons": ("券", "Coupons"),
    "member": ("会员", "Member"),
    "movements": ("存取现金", "Cash in and out"),
    "name": ("品名", "Item"),
    "net": ("销售净额", "Net sales"),
    "next_coupon": ("下次购物券", "NEXT PURCHASE"),
    "not_valid": ("未付款，不是小票", "Not paid: no receipt"),
    "number": ("单号", "No."),
    "of_it": ("其中", "of which"),
    "offer_back": ("收回 {name}", "Taken back: {name}"),
    "offer_more": ("补足 {name}", "Made up: {name}"),
    "other": ("其他", "Other"),
    "paid_back": ("退款", "Paid back"),
    "points_earned": ("本次积分", "Points earned"),
    "points_spent": ("使用积分", "Points spent"),
    "points_back": ("扣回积分", "Points taken back"),
    "points_returned": ("退还积分", "Points given back"),
    "pool": ("公拥组", "Pool"),
    "price": ("单价", "Price"),
    "quantity": ("数量", "Qty"),
    "reason": ("原因", "Reason"),
    "receipt_discount": ("整单折扣", "Receipt discount"),
    "refund": ("应退", "Refund"),
    "returned": ("退货", "RETURN"),
    "rounding": ("抹零", "Rounding"),
    "saved": ("优惠", "Saved"),
    "shift": ("班次", "Shift"),
    "signature": ("签名", "Signature"),
    "stamps": ("集章 {counter}", "Stamps {counter}"),
    "stored_value": ("储值", "Stored value"),
    "tax": ("内含税 {code} {rate}", "Incl. tax {code} {rate}"),
    "till": ("机号", "Till"),
    "total": ("合计", "Total"),
    "voucher": ("购物券", "Voucher"),
    "wallet_qr": ("扫码付", "Wallet"),
    "x": ("X 报表", "X REPORT"),
    "z": ("Z 报表 交班", "Z REPORT"),
}

_SYMBOLS: Final = {"CNY": "¥", "USD": "$", "EUR": "€", "HKD": "HK$", "JPY": "¥"}


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip is printed with. `at` is the store's wall time; `copies` above zero marks a reprint; `name_of` gives
    a person's name; `offer_names` the words of offers by their code. `coupons` are those that the receipt issued,
    signed; `coupon_names` the words of their series."""

    terms: Terms
    till: str
    at: datetime
    language: str = "zh_CN"
    number: str = ""
    qr: str = ""
    copies: int = 0
    name_of: Callable[[str], str] = str
    offer_names: Mapping[str, str] = field(default_factory=dict)
    coupons: tuple[SignedCoupon, ...] = ()
    coupon_names: Mapping[str, str] = field(default_factory=dict)

    def word(self, code: str, /, **values: str) -> str:
        """A word in the slip's language."""
        chinese, english = WORDS[code]
        return (chinese if self.language.startswith("zh") else english).format(**values)

    def money(self, amount: int) -> str:
        """An amount as plain digits."""
        return format_minor(amount, self.terms.currency)

    def total(self, amount: int) -> str:
        """An amount with the currency's sign."""
        return ("-" if amount < 0 else "") + _SYMBOLS.get(self.terms.currency, "") + self.money(abs(amount))

    def unit_price(self, scaled: int) -> str:
        """A unit price with the decimals it needs, and those of the currency."""
        least = len(str(MINOR_PER_MAJOR[self.terms.currency])) - 1
        whole, rest = divmod(abs(scaled), UNIT_PRICE_SCALE)
        decimals = f"{rest:04d}".rstrip("0").ljust(least, "0")
        return ("-" if scaled < 0 else "") + str(whole) + (f".{decimals}" if decimals else "")


def row(label: str, amount: str, *, bold: bool = False) -> Columns:
    """A label at the left, an amount at the right."""
    return Columns((Cell(label), Cell(amount)), bold=bold)


def head(slip: Slip, title: str = "") -> list[Item]:
    """The store's name, address and telephone, and what kind of slip this is."""
    terms = slip.terms
    items: list[Item] = []
    if terms.store_name:
        items.append(Text(terms.store_name, Align.CENTER, bold=True, double_width=True, double_height=True))
    where = " ".join(part for part in (terms.store_address, terms.store_phone) if part)
    if where:
        items.append(Text(where, Align.CENTER))
    if title:
        items.append(Text(title, Align.CENTER, bold=True, double_width=True, double_height=True))
    if slip.copies:
        items.append(Text(f"*** {slip.word('copy')} {slip.copies} ***", Align.CENTER, bold=True))
    items.append(Rule("="))
    return items


def moment(slip: Slip, cashier: str) -> list[Item]:
    """The number if there is one, who, where and when."""
    items: list[Item] = []
    if slip.number:
        items.append(Columns((Cell(f"{slip.word('number')} {slip.number}"),)))
    items.append(row(f"{slip.at:%Y-%m-%d %H:%M:%S}", f"{slip.word('till')} {slip.till}"))
    items.append(Text(f"{slip.word('cashier')} {person(slip, cashier)}"))
    return items


def person(slip: Slip, operator: str) -> str:
    """A person as number and name."""
    name = slip.name_of(operator)
    return operator if not name or name == operator else f"{operator} {name}"


def foot(items: list[Item]) -> Receipt:
    """The slip with its end."""
    return Receipt((*items, Feed(1), Cut()))

"""What the till says, in Chinese and English: short, and what to do next.

The core speaks in codes; this table holds the words. Parameters in braces are filled in from the message's values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos_terminal.checkout.offer_messages import OFFERS

if TYPE_CHECKING:
    from pos_terminal.checkout.state import Asked, Message

GOODS: Final[dict[str, tuple[str, str]]] = {
    "amount_not_read": ("“{text}”不是金额：请重输，如 12.50", "“{text}” is no amount: type it as 12.50"),
    "amount_too_large": ("金额过大：请检查后重输", "Amount too large: check and type it again"),
    "bad_check_digit": ("条码 {code} 校验位不对：请重扫或核对", "Code {code} has a wrong check digit: scan it again"),
    "code_unknown": (
        "没有条码 {code}：可查找或按部门输入",
        "No goods with code {code}: search, or key in a department",
    ),
    "department_unknown": ("没有这个部门：请重选", "No such department: choose again"),
    "discount_given": ("已减 {amount}", "{amount} taken off"),
    "discount_not_read": ("“{text}”不是折扣：输 10%、9折 或减价金额", "“{text}” is no discount: type 10% or an amount"),
    "entry_not_read": ("看不懂“{text}”：数量用 3*，营业员用 07/", "“{text}” not understood: quantity 3*, clerk 07/"),
    "gs1_without_article": ("此码没有商品号：请扫商品条码", "No article in this code: scan the goods' bar code"),
    "label_empty": ("{name} 标签上没有数量或金额：请重新称重", "The label of {name} is empty: weigh it again"),
    "label_price_fixed": ("标签价不能改：请重新打秤签", "A label's price is fixed: print a new label"),
    "label_times_quantity": ("称重标签逐个扫，不用输数量", "Scan each scale label by itself, without a quantity"),
    "line_removed": ("已删 {quantity} × {name}", "Removed {quantity} × {name}"),
    "no_departments": ("本店没有设部门：请扫码或查找", "No departments are set up here: scan or search"),
    "no_line_selected": ("请先用 ↑ ↓ 选一行", "Choose a line with ↑ ↓ first"),
    "no_price": ("{name} 没有价格：请找店长", "{name} has no price: call the manager"),
    "not_on_sale": ("{name} 已停售：请放一边", "{name} is not on sale: put it aside"),
    "nothing_to_discount": ("没有可打折的商品", "Nothing to discount"),
    "nothing_to_repeat": ("没有上一行可重复", "No line to repeat"),
    "payment_code_on_sale": ("这是付款码：先按结算", "A payment code: press Total first"),
    "plu_unknown": ("没有秤号 {plu} 的商品：请找店长", "No goods with scale number {plu}: call the manager"),
    "price_changed": ("{name} 已改价", "Price of {name} changed"),
    "price_is": ("{name}：{price} / {unit}", "{name}: {price} / {unit}"),
    "quantity_negative": ("数量不能为负：退货请按退货键", "No negative quantity: use Return to take goods back"),
    "quantity_not_read": ("“{text}”不是数量：请重输，如 3*", "“{text}” is no quantity: type it as 3*"),
    "quantity_too_large": ("数量过大：请检查后重输", "Quantity too large: check and type it again"),
    "quantity_zero": ("数量不能为零", "The quantity cannot be zero"),
    "scan_for_price": ("请扫码查价", "Scan the goods to see the price"),
    "unreadable": ("此码不能用：请重扫或查找商品", "Code not usable: scan again or search"),
    "weigh_first": ("{name} 按重量卖：先输重量，如 0.755*", "{name} sells by weight: type it first, as 0.755*"),
    "whole_pieces_only": ("{name} 只卖整件", "{name} sells in whole pieces only"),
    "printer_back": ("打印机已恢复", "Printer is back"),
}

PEOPLE: Final[dict[str, tuple[str, str]]] = {
    "already_signed_on": ("已有人登录：请先下岗", "Somebody is signed on: sign off first"),
    "checking_pin": ("正在核对密码…", "Checking the PIN…"),
    "clerk_cleared": ("以后各行没有营业员", "The lines that follow have no clerk"),
    "clerk_first": ("请先输营业员，如 07/", "Name the clerk first, as 07/"),
    "clerk_not_read": ("看不懂“{clerk}”：07、07*60+12*40 或 @A", "“{clerk}” not understood: 07, 07*60+12*40 or @A"),
    "clerk_set": ("以后各行营业员：{clerk}", "Clerk of the lines that follow: {clerk}"),
    "clerk_unknown": ("本店没有营业员 {clerk}：请重输", "No clerk {clerk} in this store: type again"),
    "is_locked": ("已锁屏：请输密码", "Locked: type your PIN"),
    "line_shared": ("本行营业员：{clerk}", "Clerk of this line: {clerk}"),
    "locked": ("{name} 已锁屏，小票保留", "Locked by {name}; the receipt is kept"),
    "locked_by_other": ("由 {name} 锁屏：请本人输密码", "Locked by {name}: that person's PIN is needed"),
    "member_set": ("会员 {name} {level}", "Member {name} {level}"),
    "member_unknown": ("没有这个会员：请核对卡号", "No such member: check the number"),
    "open_shift_now": ("{name}，请输备用金开班", "{name}, type the float to open the shift"),
    "pin_wait": ("请等 {seconds} 秒再试", "Wait {seconds} s and try again"),
    "pin_wrong": ("工号或密码不对：请重输", "Number or PIN wrong: type again"),
    "pool_unknown": ("没有公拥组 @{clerk}：请重输", "No pool @{clerk}: type again"),
    "sign_on_first": ("请先登录", "Sign on first"),
    "signed_off": ("已下岗", "Signed off"),
    "type_operator_and_pin": ("请输工号和密码", "Type your number and PIN"),
    "unlocked": ("已解锁", "Unlocked"),
    "welcome": ("{name}，可以收银", "Ready, {name}"),
}

RIGHTS: Final[dict[str, tuple[str, str]]] = {
    "approver_never": ("此功能不允许，{approver} 也不能授权", "Not allowed; {approver} cannot approve it either"),
    "approver_no_right": ("{approver} 无权授权：请找店长", "{approver} may not approve this: call the manager"),
    "approver_over_limit": ("超出 {approver} 的额度：请找店长", "Beyond the limit of {approver}: call the manager"),
    "approver_rights_too_old": ("太久没连上总部，不能授权", "Too long without headquarters: no approvals"),
    "approver_same_person": ("要另一个人授权", "Another person must approve"),
    "approver_unknown_function": ("本机没有此功能", "This till has no such function"),
    "function_unknown": ("本机没有此功能", "This till has no such function"),
    "refused_never": ("此功能不允许", "This is not allowed"),
    "refused_rights_too_old": ("太久没连上总部，此功能停用", "Too long without headquarters: not available"),
    "refused_unknown_function": ("本机没有此功能", "This till has no such function"),
}

PAYMENT: Final[dict[str, tuple[str, str]]] = {
    "amount_not_positive": ("金额要大于零", "The amount must be above zero"),
    "change_too_large": ("找零 {amount} 过大：请检查实收", "Change of {amount} is too large: check what was given"),
    "code_as_money": ("{code} 是条码，不是金额：请重输实收", "{code} is a bar code, not money: type what was given"),
    "finish_payment_first": ("正在付款：按 Esc 返回销售", "In payment: Esc goes back to the sale"),
    "no_tender_to_remove": ("还没有收款", "Nothing has been paid yet"),
    "not_a_payment": ("这不是付款码：请输金额", "Not a payment code: type the amount"),
    "nothing_to_pay": ("小票是空的：请先扫码", "Nothing on the receipt: scan first"),
    "over_refund": ("最多退 {amount}", "At most {amount} goes back"),
    "over_tender": ("不能超过应收 {amount}：此付款不找零", "No more than {amount}: this payment gives no change"),
    "paid_already": ("已有收款：先取消收款再加商品", "Partly paid: remove the payment before adding goods"),
    "remove_tenders_first": ("先取消已收的款", "Remove the payments first"),
    "still_open": ("还应收 {amount}", "Still due: {amount}"),
    "tender_not_taken": ("本店不收这种付款：请换一种", "Not taken here: choose another payment"),
    "tender_removed": ("已撤掉 {amount}", "{amount} taken off again"),
    "total_first": ("请先按结算", "Press Total first"),
    "type_value_first": ("先输面额再按此键", "Type its value, then press this key"),
}

RECEIPTS: Final[dict[str, tuple[str, str]]] = {
    "choose_returns": ("扫退回的商品，或输行号；回车结束", "Scan what comes back, or type its line; Enter ends"),
    "choose_returns_alone": (
        "脱机：不知道是否已退过。扫退回的商品，或输行号；回车结束",
        "Alone: may have come back before. Scan what comes back, or type its line; Enter ends",
    ),
    "claiming_hold": ("正在取单…", "Taking up the receipt…"),
    "draft_given_up": ("上次未完成的小票已作废，记录保留", "The interrupted receipt was given up; it stays on record"),
    "finish_receipt_first": ("先完成或挂起这张小票", "Finish or hold this receipt first"),
    "finish_return_first": ("先按回车结束退货", "End the return with Enter first"),
    "finish_question_first": ("请先回答提示，或按 Esc", "Answer the question first, or press Esc"),
    "held": ("已挂单", "Put aside"),
    "hold_taken": ("已被收银机 {till} 取走", "Till {till} has taken it"),
    "hold_unreachable": ("连不上门店主机：只能取本机的挂单", "Store host out of reach: only this till's own holds"),
    "looking_for_receipt": ("正在查小票…", "Looking for the receipt…"),
    "more_than_left": ("超过可退数量", "More than is left to come back"),
    "no_holds": ("没有挂单", "Nothing is held"),
    "no_holds_here": ("本机没有挂单（连不上门店主机）", "Nothing is held here (store host out of reach)"),
    "no_such_hold": ("没有这个挂单：请重选", "No such hold: choose again"),
    "no_such_line": ("小票上没有这一行", "The receipt has no such line"),
    "not_on_receipt": ("小票上没有这个商品，或已退完", "Not on this receipt, or all of it came back"),
    "nothing_left_of_line": ("这一行已退完", "All of this line came back already"),
    "nothing_to_cancel": ("小票是空的", "Nothing on the receipt"),
    "nothing_to_return": ("这张小票已全部退完", "All of this receipt came back already"),
    "recalled": ("已取单", "Taken up again"),
    "recalled_changed": ("已取单，按现价变动 {amount}", "Taken up; at today's prices it moved by {amount}"),
    "recalled_without": ("已取单，{count} 行已不能卖", "Taken up; {count} lines can no longer be sold"),
    "receipt_cancelled": ("整单已取消", "Receipt cancelled"),
    "receipt_forged": ("小票签名不对：请找店长", "The receipt's signature is wrong: call the manager"),
    "receipt_not_found": (
        "查不到这张小票：请核对，或无票退货",
        "Receipt not found: check it, or return without receipt",
    ),
    "receipt_not_here": ("本机没有这张小票：请核对号码", "Not a receipt of this till: check the number"),
    "receipt_not_read": ("不是小票号：请扫二维码或输完整号码", "No receipt number: scan the QR or type all of it"),
    "receipt_scan_qr": ("别的收银机的小票：请扫二维码", "A receipt of another till: scan its QR"),
    "receipt_till_unknown": ("不认识开票的收银机：请找店长", "The till of this receipt is not known: call the manager"),
    "receipt_unreachable": (
        "别的收银机的小票，现在连不上：请稍后再试",
        "A receipt of another till, and nobody answers: try again later",
    ),
    "reprinting": ("补打第 {copies} 次", "Printing copy {copies}"),
    "resumed": ("已恢复上次未完成的小票", "The interrupted receipt is back"),
    "return_line_fixed": ("退货行不能改", "A return line cannot be changed"),
    "return_not_read": ("输行号，如 2；一件输 1*2；全部输 *", "Type a line as 2, one piece of it as 1*2, all as *"),
    "returns_not_held": ("有退货行的小票不能挂单", "A receipt with returns cannot be held"),
    "scan_goods_back": ("请扫退回的商品", "Scan the goods that come back"),
    "scan_receipt": ("请扫小票二维码，或输小票号", "Scan the receipt's QR, or type its number"),
    "scan_receipt_first": ("请先扫小票二维码", "Scan the receipt's QR first"),
    "taken_back": ("{name} 退 {amount}", "{name} back: {amount}"),
    "whole_units_only": ("只能整件退", "It comes back in whole units only"),
}

SHIFT: Final[dict[str, tuple[str, str]]] = {
    "cash_in_done": ("已存入 {amount}", "{amount} put in"),
    "cash_out_done": ("已取出 {amount}", "{amount} taken out"),
    "count_not_read": ("“{text}”不是金额：输 123.50 或 100*5+50*2", "“{text}” is no count: type 123.50 or 100*5+50*2"),
    "date_before_last_shift": ("营业日不能早于上一班 {date}", "Not before the last shift's day, {date}"),
    "date_not_read": (
        "“{text}”不是日期：输 20261121 这样的八位数",
        "“{text}” is no date: type eight digits as 20261121",
    ),
    "drawer_opened": ("钱箱已开，已记录", "Drawer opened, on record"),
    "open_shift_first": ("请先开班", "Open the shift first"),
    "shift_already_open": ("班次已开", "The shift is open already"),
    "shift_closed": (
        "已交班：应有 {expected}，实点 {counted}，差 {difference}",
        "Shift closed: expected {expected}, counted {counted}, difference {difference}",
    ),
    "shift_opened": ("已开班，可以收银", "Shift open, ready to sell"),
    "x_printed": ("X 报表已送打印", "X report sent to the printer"),
}

MACHINE: Final[dict[str, tuple[str, str]]] = {
    "clock_jumped": ("电脑时钟变了，已记录：请检查时间", "The clock jumped, on record: check the time"),
    "disk_full": (
        "磁盘已满，未保存，小票还在：请清理后再按回车",
        "Disk full, not saved, receipt kept: free space, then Enter",
    ),
    "io_error": ("磁盘出错，未保存，小票还在：请找技术人员", "Disk error, not saved, receipt kept: call support"),
    "journal_failed": ("流水未写入，小票还在：再按回车重试", "Not written, receipt kept: press Enter to try again"),
    "keys_clash": ("{detail}", "{detail}"),
    "print_failed": ("{detail}", "{detail}"),
    "program_fault": (
        "程序出错，已记录，小票还在：请重试",
        "A fault of the program, on record; receipt kept: try again",
    ),
    "scanner_fault": ("{detail}", "{detail}"),
    "setting_not_read": ("总部设置“{names}”读不懂，用原值", "Settings {names} not readable, keeping the old ones"),
    "offers_skipped": (
        "{count} 个促销读不懂，已略过：请告诉总部",
        "{count} offers not readable, left out: tell headquarters",
    ),
}

QUESTIONS: Final[dict[str, tuple[str, str]]] = {
    "ask_approval": ("要授权：请第二人输工号和密码", "Approval needed: a second person's number and PIN"),
    "ask_cash": ("金额", "Amount"),
    "ask_clerk": ("营业员：07、07*60+12*40、@A，空为无", "Clerk: 07, 07*60+12*40, @A, empty for none"),
    "ask_count": ("请盘点“{tender}”：金额或 100*5+50*2", "Count {tender}: amount, or 100*5+50*2"),
    "ask_counted": ("盘点正确？回车确认，Esc 重来", "Counted right? Enter confirms, Esc starts again"),
    "ask_date": (
        "时钟 {clock} 不可信（上一班 {last}）：请输营业日，如 20261121",
        "The clock says {clock} (last shift {last}): type the business date as 20261121",
    ),
    "ask_department": ("选部门", "Choose the department"),
    "ask_department_amount": ("金额", "Amount"),
    "ask_discount": ("折扣：10%、9折 或减价金额", "Discount: 10% or an amount"),
    "ask_float": ("备用金", "Float in the drawer"),
    "ask_hold": ("取哪一单？", "Which receipt?"),
    "ask_hold_here": ("取哪一单？（只列本机）", "Which receipt? (this till's own only)"),
    "ask_member": ("会员卡号或手机号", "Member's card or phone number"),
    "ask_price": ("新单价", "New unit price"),
    "ask_reason": ("原因", "Reason"),
    "ask_resume": ("上次有一张小票未完成，继续吗？", "A receipt was interrupted. Take it up again?"),
    "ask_resume_paid": (
        "上次有一张已收部分款的小票：请继续",
        "A partly paid receipt was interrupted: take it up again",
    ),
    "ask_shares": ("本行营业员：07、07*60+12*40、@A", "Clerk of this line: 07, 07*60+12*40, @A"),
    "ask_tender": ("选付款方式", "Choose the payment"),
}

WORDS: Final[dict[str, tuple[str, str]]] = {
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "another_coupon": ("再加一张券", "Add another coupon"),
    "cash": ("现金", "Cash"),
    "card": ("银行卡", "Card"),
    "wallet_qr": ("扫码付", "Wallet"),
    "wechat": ("微信", "WeChat"),
    "alipay": ("支付宝", "Alipay"),
    "unionpay": ("云闪付", "UnionPay"),
    "voucher": ("购物券", "Voucher"),
    "stored_value": ("储值", "Stored value"),
    "coupon": ("厂家券", "Coupon"),
    "coupons_collected": ("已收回", "Handed back"),
    "coupons_deducted": ("未收回：从退款扣", "Not handed back: take them off the refund"),
    "exchange": ("换货抵付", "Exchange"),
    "other": ("其他", "Other"),
}
"""Values of messages and choices that are words themselves."""

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    **GOODS,
    **PEOPLE,
    **RIGHTS,
    **PAYMENT,
    **RECEIPTS,
    **SHIFT,
    **MACHINE,
    **QUESTIONS,
    **OFFERS,
    **WORDS,
}


def word(value: str, language: str) -> str:
    """A value in this language when it is one of our words, else as it stands."""
    words = WORDS.get(value)
    return value if words is None else words[0 if language.startswith("zh") else 1]


def words_of(told: Message | Asked, language: str) -> str:
    """The sentence for a message or a question. An unknown code is shown as it is rather than hidden."""
    template = MESSAGES.get(told.code)
    if template is None:
        return told.code
    values = {name: word(value, language) for name, value in told.values}
    why = getattr(told, "why", None)
    if why is not None:
        values["why"] = words_of(why, language)
    return template[0 if language.startswith("zh") else 1].format_map(_Shown(values))


class _Shown(dict[str, str]):
    """A value that a message came without is left out, not raised."""

    def __missing__(self, name: str) -> str:
        return ""

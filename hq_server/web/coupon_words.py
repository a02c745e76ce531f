"""What the page of coupons says, in Chinese and English."""

from __future__ import annotations

from typing import Final

COUPON_WORDS: Final[dict[str, tuple[str, str]]] = {
    "coupons": ("优惠券", "Coupons"),
    "series": ("券种", "Series"),
    "series_code": ("券种编号（促销里填的就是它）", "Series (the offers ask for it)"),
    "series_name": ("券种名称", "Name"),
    "coupon_form": ("形式", "Form"),
    "form_unique": ("唯一码（可打条码，须联网核对）", "Unique codes (short; asked about online)"),
    "form_signed": ("签名码（二维码，离线可验）", "Signed (QR; proves itself offline)"),
    "form_unique_short": ("唯一码", "unique"),
    "form_signed_short": ("签名码", "signed"),
    "coupon_offline": ("断网时收银机照收", "Tills that are alone take it"),
    "offline_short": ("断网照收", "Offline"),
    "from_day": ("首日", "First day"),
    "until_day": ("末日", "Last day"),
    "day_hint": ("如 20261231，可空", "like 20261231; may be empty"),
    "days": ("有效期", "Days"),
    "issued": ("未用", "Unused"),
    "reserved": ("占用中", "Set aside"),
    "redeemed": ("已用", "Used"),
    "void": ("作废", "Void"),
    "put_series": ("新券种", "New series"),
    "change_series": ("修改", "Change"),
    "issue_coupons": ("发券", "Make coupons"),
    "stop_series": ("停用/恢复", "Stop / go on"),
    "running": ("有效", "running"),
    "stopped": ("已停用", "stopped"),
    "void_coupons": ("作废券", "Void coupons"),
    "void_codes": ("券码，每行一个", "Codes, one a line"),
    "void_done": ("已作废 {gone} 张，共 {all} 张", "{gone} of {all} are void"),
    "reason_why": ("原因", "Reason"),
    "count": ("张数", "How many"),
    "coupon_worth": ("面值（分，0 不写）", "Worth in minor units (0: not said)"),
    "issued_done": ("已发 {count} 张，文件已下载", "{count} made; the file is downloaded"),
    "choose_series": ("请先选择一个券种", "Choose a series first"),
    "twice": ("重复使用的券", "Coupons taken twice"),
    "twice_none": ("没有重复使用", "None was taken twice"),
    "taken_at": ("收到时间", "Received"),
    "coupon_code": ("券码", "Code"),
    "first_store": ("先用的门店", "First at"),
}
"""Key → Chinese, English."""

COUPON_ERRORS: Final[dict[str, tuple[str, str]]] = {
    "coupon_series_form": (
        "唯一码的券种编号须为 1–16 位大写字母或数字；签名码最长 32 字节",
        "A series of unique codes has 1 to 16 capitals and digits; of signed ones at most 32 bytes",
    ),
    "coupon_series_name": ("请填券种名称，最多 200 字", "A series needs a name of at most 200 characters"),
    "coupon_day": ("日期不对：请写成 20261231", "This is no day: write 20261231"),
    "coupon_ends_first": ("末日早于首日", "The series ends before it starts"),
    "coupon_other_form": ("这个券种已是另一种形式：请另建", "This series has the other form: put up another one"),
    "coupon_stopped": ("券种已停用：请先恢复", "The series is stopped: let it go on first"),
    "coupon_count": ("一次可发 1 到 1000000 张", "1 to 1,000,000 coupons at once"),
    "coupon_worth": ("面值不对：唯一码不写面值", "This cannot be its worth; unique codes have none"),
}
"""Code of a refusal → Chinese, English."""

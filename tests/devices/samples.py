"""A receipt as a Chinese shop prints it, in the neutral form; the money is only text here."""

from __future__ import annotations

from devices.receipt import Align, Barcode, Cell, Columns, Cut, Feed, QrCode, Receipt, Rule, Text

QR_DATA = "ZG1.S021.20261121.01a2b3c4d5e6f708.123.9035." + "A9bC-_xY" * 11


def line(name: str, quantity: str, price: str, amount: str) -> Columns:
    return Columns((Cell(name), Cell(quantity, 6), Cell(price, 9), Cell(amount, 10)))


def sale_receipt() -> Receipt:
    return Receipt(
        (
            Text("掌柜便利·人民广场店", Align.CENTER, bold=True, double_width=True, double_height=True),
            Text("欢迎光临 Welcome", Align.CENTER),
            Text("上海市黄浦区西藏中路268号 来福士广场B1-12 电话 021-6340 0000", Align.CENTER),
            Rule("="),
            Columns((Cell("单号 T01-000123-K7QX"), Cell("王芳"))),
            Columns((Cell("2026-11-21 10:32:05"), Cell("机号 01"))),
            Rule(),
            Columns((Cell("品名"), Cell("数量", 6), Cell("单价", 9), Cell("金额", 10)), bold=True),
            Rule(),
            line("可口可乐 330ml 罐装", "3", "3.50", "10.50"),
            line("农夫山泉饮用天然水（整箱）550ml×24", "1", "36.00", "36.00"),
            line("五花肉 “黑猪” ①", "0.755", "39.80", "30.05"),
            line("Spring Onion Cracker 葱香苏打饼干 400g", "2", "12.90", "25.80"),
            Columns((Cell("  会员价优惠"), Cell("-2.00"))),
            Columns((Cell("  满100减10"), Cell("-10.00"))),
            Rule(),
            Columns((Cell("合计"), Cell("¥90.35")), bold=True, double_width=True, double_height=True),
            Columns((Cell("件数 7"), Cell("优惠 ¥12.00"))),
            Columns((Cell("现金"), Cell("100.00"))),
            Columns((Cell("找零"), Cell("9.65"))),
            Rule(),
            Text("会员 李*明 138****0001 本次积分 +90 余额积分 1,290"),
            Text("营业员：张伟（60%）、刘洋（40%）"),
            QrCode(QR_DATA),
            Barcode("T01000123K7QX"),
            Text("凭此小票7日内可退换，谢谢惠顾！", Align.CENTER),
            Feed(1),
            Cut(),
        )
    )

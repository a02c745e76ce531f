"""The goods: at least one of each of sixteen trades, among them goods by weight and length, packs and short codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from retail.feeds import BarcodeRow, ItemRow, PriceRow
from retail.gtin import restricted_ean13
from zhanggui.master import ItemCost

TRADES: Final = (
    "乳业制品",
    "休闲食品",
    "保健食品",
    "糖烟酒茶",
    "化妆品",
    "母婴用品",
    "饰品玩具",
    "家居用品",
    "办公用品",
    "音像图书",
    "数码产品",
    "体育用品",
    "珠宝首饰",
    "服装鞋帽",
    "家纺",
    "箱包皮具",
)
"""Each is a department."""

EAN_PREFIX: Final = "20"
"""The chain's own codes (GS1: restricted circulation), so that none is a real maker's; 21 and 22 are labels."""
UNIT_PRICE_PER_FEN: Final = 100
COST_BP: Final = 6500
"""Cost as basis points of the retail price: an assumption, the same for all goods."""
TAX_CODES: Final = {1300: "VAT13", 900: "VAT9"}
VAT: Final = 1300
VAT_REDUCED: Final = 900


@dataclass(frozen=True, slots=True)
class Goods:
    """An item with its price in fen for one unit. `plu` is its number inside scale labels; `pack` pieces are sold
    under a second barcode; `member_fen` is the price of each member level, `zone_fen` that of a zone."""

    number: int
    name: str
    trade: str
    price_fen: int
    attributes: dict[str, str]
    unit: str = "ea"
    plu: str = ""
    brand: str = ""
    category: str = ""
    pack: int = 0
    tax_bp: int = VAT
    member_fen: dict[str, int] = field(default_factory=dict)
    zone_fen: dict[str, int] = field(default_factory=dict)

    @property
    def item(self) -> str:
        """Its code at headquarters, which is also typed as a short code."""
        return str(self.number)

    @property
    def measured(self) -> bool:
        """Whether it sells by weight or length."""
        return self.unit != "ea"


GOODS: Final = (
    Goods(
        1001,
        "鲜牛奶 950ml",
        "乳业制品",
        1280,
        {"规格": "950ml", "产地": "河北", "保质期": "7天", "贮存": "2-6℃", "包装": "屋顶盒", "脂肪": "全脂"},
        brand="晨牧",
        category="低温奶",
        tax_bp=VAT_REDUCED,
        member_fen={"gold": 1180},
        zone_fen={"SH": 1220},
    ),
    Goods(
        1002,
        "原味酸奶 100g×8",
        "乳业制品",
        1690,
        {"规格": "100g×8", "产地": "内蒙古", "保质期": "21天", "贮存": "2-6℃", "口味": "原味", "菌种": "双歧"},
        brand="晨牧",
        category="酸奶",
    ),
    Goods(
        1101,
        "话梅味瓜子 260g",
        "休闲食品",
        990,
        {"规格": "260g", "口味": "话梅", "产地": "安徽", "保质期": "8个月", "包装": "袋装", "工艺": "煮制"},
        brand="香田",
        category="炒货",
        pack=10,
    ),
    Goods(
        1102,
        "海苔薯片 104g",
        "休闲食品",
        890,
        {"规格": "104g", "口味": "海苔", "产地": "上海", "保质期": "9个月", "包装": "罐装", "辣度": "不辣"},
        brand="乐脆",
        category="膨化",
    ),
    Goods(
        1103,
        "散装奶油花生",
        "休闲食品",
        2360,
        {"规格": "散称", "口味": "奶油", "产地": "山东", "保质期": "6个月", "贮存": "阴凉干燥", "等级": "一级"},
        unit="kg",
        plu="00103",
        category="炒货",
    ),
    Goods(
        1201,
        "破壁灵芝孢子粉 60g",
        "保健食品",
        39800,
        {"规格": "1g×60", "剂型": "粉剂", "适用": "成人", "保质期": "24个月", "批准": "国食健字样例", "产地": "浙江"},
        brand="山和",
        member_fen={"silver": 37800, "gold": 35800},
    ),
    Goods(
        1301,
        "明前龙井茶(散装)",
        "糖烟酒茶",
        128000,
        {"规格": "散称", "产地": "杭州", "等级": "特级", "采摘": "明前", "保质期": "18个月", "贮存": "冷藏密封"},
        unit="kg",
        plu="00301",
        category="茶叶",
    ),
    Goods(
        1302,
        "浓香型白酒 52度 500ml",
        "糖烟酒茶",
        16800,
        {"规格": "500ml", "度数": "52", "香型": "浓香", "产地": "四川", "包装": "礼盒", "年份": "三年"},
        brand="江渡",
        category="白酒",
        pack=6,
    ),
    Goods(
        1401,
        "氨基酸洁面乳 120g",
        "化妆品",
        8900,
        {"规格": "120g", "肤质": "混合", "功效": "清洁", "产地": "广州", "限期": "3年", "香味": "白茶"},
        brand="素颜",
        category="洁面",
        member_fen={"gold": 7900},
    ),
    Goods(
        1402,
        "丝绒口红 #07 豆沙",
        "化妆品",
        12900,
        {"色号": "07豆沙", "质地": "丝绒", "净含量": "3.5g", "产地": "上海", "限期": "3年", "系列": "经典"},
        brand="素颜",
        category="彩妆",
    ),
    Goods(
        1501,
        "婴儿纸尿裤 M 64片",
        "母婴用品",
        11900,
        {"尺码": "M", "片数": "64", "体重": "6-11kg", "产地": "福建", "厚度": "轻薄", "适用": "男女通用"},
        brand="小芽",
        category="纸尿裤",
        pack=4,
    ),
    Goods(
        1601,
        "木质拼图 60片",
        "饰品玩具",
        3900,
        {"片数": "60", "材质": "椴木", "年龄": "3岁+", "产地": "浙江", "主题": "恐龙", "认证": "3C样例"},
        brand="积趣",
        category="玩具",
    ),
    Goods(
        1602,
        "珍珠发夹",
        "饰品玩具",
        1500,
        {"颜色": "米白", "材质": "合金", "款式": "鸭嘴夹", "产地": "义乌", "尺寸": "6cm", "风格": "简约"},
        category="饰品",
    ),
    Goods(
        1701,
        "不锈钢保温杯 500ml",
        "家居用品",
        7900,
        {"容量": "500ml", "颜色": "墨绿", "材质": "316不锈钢", "保温": "12小时", "产地": "永康", "盖型": "弹跳"},
        brand="恒暖",
        category="杯壶",
    ),
    Goods(
        1801,
        "中性笔 0.5mm 黑",
        "办公用品",
        250,
        {"颜色": "黑", "笔尖": "0.5mm", "类型": "按动", "产地": "宁波", "包装": "单支", "墨水": "速干"},
        brand="文言",
        category="书写",
        pack=12,
    ),
    Goods(
        1901,
        "《山海经》插图本",
        "音像图书",
        6800,
        {"作者": "佚名", "开本": "16开", "页数": "368", "装帧": "精装", "语种": "中文", "版次": "第2版"},
        category="图书",
        tax_bp=VAT_REDUCED,
    ),
    Goods(
        2001,
        "无线蓝牙耳机",
        "数码产品",
        29900,
        {
            "颜色": "白",
            "续航": "30小时",
            "防水": "IPX4",
            "接口": "Type-C",
            "保修": "1年",
            "型号": "A7",
            "stage": "clearance",
        },
        brand="听风",
        category="耳机",
    ),
    Goods(
        2101,
        "羽毛球拍 碳素单拍",
        "体育用品",
        19900,
        {"重量": "84g", "材质": "全碳素", "颜色": "红黑", "磅数": "24-28", "适用": "进攻型", "产地": "江苏"},
        brand="翔羽",
        category="球拍",
    ),
    Goods(
        2201,
        "足金饰品(按克)",
        "珠宝首饰",
        62800,
        {"成色": "足金999", "工艺": "古法", "款式": "按件", "证书": "有", "产地": "深圳", "工费": "另计"},
        unit="g",
        plu="00801",
        brand="瑞禧",
        category="黄金",
    ),
    Goods(
        2301,
        "男士纯棉衬衫 41 白",
        "服装鞋帽",
        25900,
        {"尺码": "41", "颜色": "白", "面料": "纯棉", "季节": "四季", "版型": "修身", "款号": "CS2301"},
        brand="简约里",
        category="衬衫",
    ),
    Goods(
        2302,
        "女士运动鞋 37 浅灰",
        "服装鞋帽",
        35900,
        {"尺码": "37", "颜色": "浅灰", "面料": "网布", "季节": "春夏", "鞋底": "橡胶", "款号": "YD2302"},
        brand="步云",
        category="运动鞋",
    ),
    Goods(
        2401,
        "纯棉毛巾 34×76cm",
        "家纺",
        1990,
        {"颜色": "蓝灰", "材质": "纯棉", "克重": "110g", "尺寸": "34×76cm", "产地": "河北", "工艺": "割绒"},
        brand="棉语",
        category="毛巾",
    ),
    Goods(
        2402,
        "全棉斜纹布(按米)",
        "家纺",
        3580,
        {"门幅": "240cm", "颜色": "浅咖", "材质": "全棉", "支数": "40支", "产地": "南通", "工艺": "活性印染"},
        unit="m",
        category="布料",
    ),
    Goods(
        2501,
        "牛皮双肩包",
        "箱包皮具",
        59900,
        {"颜色": "棕", "材质": "头层牛皮", "容量": "18L", "五金": "古铜", "产地": "白沟", "适用": "通勤"},
        brand="行止",
        category="双肩包",
    ),
)


def items() -> Iterator[ItemRow]:
    """The item rows. The pinyin keys are made by headquarters."""
    for goods in GOODS:
        yield ItemRow(
            item=goods.item,
            name=goods.name,
            department=goods.trade,
            unit=goods.unit,
            measured=goods.measured,
            tax_code=TAX_CODES[goods.tax_bp],
            tax_rate_bp=goods.tax_bp,
            plu=goods.plu,
            brand=goods.brand,
            category=goods.category,
            attributes=goods.attributes,
        )


def barcode_of(number: int, pack: int = 1) -> str:
    """The EAN-13 of one piece, or of a pack."""
    return restricted_ean13(EAN_PREFIX, number * 1000 + pack)


def barcodes() -> Iterator[BarcodeRow]:
    """Each item's short code and, for goods in pieces, its EAN-13 and that of its pack."""
    for goods in GOODS:
        yield BarcodeRow(goods.item, goods.item)
        if not goods.measured:
            yield BarcodeRow(barcode_of(goods.number), goods.item)
        if goods.pack:
            yield BarcodeRow(barcode_of(goods.number, goods.pack), goods.item, goods.pack * 1000)


def prices() -> Iterator[PriceRow]:
    """Retail, member and zone prices."""
    for goods in GOODS:
        yield _price(goods, goods.price_fen)
        for level, fen in goods.member_fen.items():
            yield _price(goods, fen, kind=f"member:{level}")
        for zone, fen in goods.zone_fen.items():
            yield _price(goods, fen, scope=f"zone:{zone}")


def _price(goods: Goods, fen: int, kind: str = "retail", scope: str = "chain") -> PriceRow:
    return PriceRow(goods.item, fen * UNIT_PRICE_PER_FEN, kind=kind, scope=scope, unit=goods.unit)


def costs() -> Iterator[ItemCost]:
    """The unit cost of all goods."""
    for goods in GOODS:
        yield ItemCost(goods.item, goods.price_fen * UNIT_PRICE_PER_FEN * COST_BP // 10_000)

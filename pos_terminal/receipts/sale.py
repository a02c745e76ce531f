"""The customer's receipt: sale, return or exchange, read from the document alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from devices.receipt import Align, Cell, Columns, Item, QrCode, Receipt, Rule, Text
from pos_terminal.checkout.issued_coupons import KEPT
from pos_terminal.receipts.benefits import gains, next_coupons, savings
from pos_terminal.receipts.slip import Slip, foot, head, moment, person, row
from retail.documents.sale import Line, Reduction, Sale
from retail.ownership import Ownership
from retail.quantity import MILLI, format_milli

QR_MODULE_DOTS = 4


def sale_receipt(sale: Sale, slip: Slip) -> Receipt:
    """The receipt of a sale, with the signed QR by which any store takes it back."""
    live = [line for line in sale.lines if line.voided is None]
    lines = [line for line in live if line.entry != "adjustment"]
    items = head(slip, _title(slip, lines))
    items += moment(slip, sale.cashier)
    items.append(Rule())
    items.append(_columns(slip.word("name"), slip.word("quantity"), slip.word("price"), slip.word("amount"), bold=True))
    items.append(Rule())
    owners = {line.ownership for line in lines}
    shared = frozenset(applied.offer for applied in sale.offers if applied.layer == "basket")
    for line in lines:
        items += _line(line, slip, shared, show_owner=len(owners) > 1)
    items += _moved(live, slip)
    items.append(Rule())
    off = _reductions(lines, slip, shared, whole=True)
    items += [row(name, slip.money(-amount)) for name, amount in off.items()]
    items += _totals(sale, lines, slip)
    items += savings(sale, slip)
    items += _tenders(sale, slip)
    items += _taxes(live, slip)
    items += _undone(sale, slip)
    if sale.member:
        items.append(Text(f"{slip.word('member')} {sale.member}"))
    items += gains(sale, slip)
    if len(owners) == 1 and (owner := _owner(next(iter(owners)), slip)):
        items.append(Text(owner))
    if slip.qr:
        items.append(QrCode(slip.qr, QR_MODULE_DOTS))
    footer = slip.terms.receipt_footer or (slip.word("keep"),)
    items += [Text(text, Align.CENTER) for text in footer]
    items += next_coupons(slip)
    return foot(items)


def _title(slip: Slip, lines: list[Line]) -> str:
    """What the receipt is, when it is not simply a sale."""
    back = any(line.quantity_milli < 0 for line in lines)
    if not back:
        return ""
    return slip.word("exchanged" if any(line.quantity_milli > 0 for line in lines) else "returned")


def _moved(lines: Iterable[Line], slip: Slip) -> Iterator[Item]:
    """What offers give less (or more) on the goods that are kept, since others of their receipt came back."""
    moved: dict[str, int] = defaultdict(int)
    for line in lines:
        for run in line.runs if line.entry == "adjustment" else ():
            for cut in run.reductions:
                moved[slip.offer_names.get(cut.reference) or cut.reference] -= cut.amount
    for name, amount in moved.items():
        if amount:
            yield row(slip.word("offer_back" if amount > 0 else "offer_more", name=name), slip.money(amount))


def _undone(sale: Sale, slip: Slip) -> Iterator[Item]:
    """What the return undoes beside the money."""
    for back in sale.reversals:
        if points := sum(earned.points for earned in back.earned):
            yield row(slip.word("points_back"), str(-points))
        if back.points_returned:
            yield row(slip.word("points_returned"), str(back.points_returned))
        for issued in back.issued:
            yield row(slip.word("coupon_cancelled"), f"{issued.count} × {slip.money(issued.amount)}")


def _columns(name: str, quantity: str, price: str, amount: str, *, bold: bool = False) -> Columns:
    return Columns((Cell(name), Cell(quantity, 6), Cell(price, 9), Cell(amount, 10)), bold=bold)


def _line(line: Line, slip: Slip, shared: frozenset[str], *, show_owner: bool) -> Iterator[Item]:
    gross = sum(run.units * run.gross for run in line.runs)
    unit = "" if line.unit == "ea" else line.unit
    quantity = format_milli(line.quantity_milli) + unit
    yield _columns(line.name, quantity, slip.unit_price(line.unit_price), slip.money(gross))
    for name, amount in _reductions((line,), slip, shared, whole=False).items():
        yield row(f"  {name}", slip.money(-amount))
    if show_owner and (owner := _owner(line.ownership, slip)):
        yield Text(f"  {owner}")


def _reductions(lines: Iterable[Line], slip: Slip, shared: frozenset[str], *, whole: bool) -> dict[str, int]:
    """What was taken off, by the words the customer knows it by: off the whole receipt by hand, by rounding and by the
    offers on the receipt (`shared`), or off the goods themselves."""
    found: dict[str, int] = defaultdict(int)
    for line in lines:
        for run in line.runs:
            for cut in run.reductions:
                at_foot = cut.source == "rounding" or cut.reference == "receipt_discount" or cut.reference in shared
                if at_foot == whole:
                    found[_reduction_name(cut, slip)] += run.units * cut.amount
    return {name: amount for name, amount in found.items() if amount}


def _reduction_name(cut: Reduction, slip: Slip) -> str:
    if cut.source in ("manual", "rounding"):
        return slip.word(cut.reference if cut.source == "manual" else "rounding")
    return slip.offer_names.get(cut.reference) or cut.reference


def _owner(ownership: Ownership, slip: Slip) -> str:
    """Whose a line is, in words: `营业员 07 李强 60% 12 赵敏 40%`."""
    if ownership.kind == "none":
        return ""
    if ownership.kind == "pool":
        return f"{slip.word('clerk')} {slip.word('pool')} {ownership.shares[0].clerk}"
    if ownership.kind == "own":
        return f"{slip.word('clerk')} {person(slip, ownership.shares[0].clerk)}"
    whole = sum(share.weight for share in ownership.shares)
    shares = (f"{person(slip, share.clerk)} {share.weight * 100 // whole}%" for share in ownership.shares)
    return f"{slip.word('clerk')} {' '.join(shares)}"


def _totals(sale: Sale, lines: list[Line], slip: Slip) -> list[Item]:
    label = slip.word("refund" if sale.net < 0 else "total")
    total = slip.total(abs(sale.net) if sale.net < 0 else sale.net)
    pieces = sum(_pieces(line) for line in lines)
    saved = sum(run.units * (run.gross - run.net) for line in lines if line.quantity_milli > 0 for run in line.runs)
    items: list[Item] = [Columns((Cell(label), Cell(total)), bold=True, double_width=True, double_height=True)]
    if pieces:
        count = f"{slip.word('items')} {pieces}"
        items.append(row(count, f"{slip.word('saved')} {slip.total(saved)}" if saved else ""))
    return items


def _pieces(line: Line) -> int:
    """How many pieces the customer carries: what is weighed counts as one."""
    if line.quantity_milli <= 0:
        return 0
    return line.quantity_milli // MILLI if line.quantity_milli % MILLI == 0 and line.unit == "ea" else 1


def _tenders(sale: Sale, slip: Slip) -> Iterator[Item]:
    for place, tender in enumerate(sale.tenders):
        name = tender.name or slip.word(tender.kind)
        if tender.kind == "exchange":
            set_off = _set_off(sale, place)
            if set_off:
                yield row(name, slip.money(set_off))
        elif tender.kind == "coupon" and tender.reference.startswith(KEPT):
            yield row(slip.word("coupon_kept"), slip.money(-tender.amount))
        elif tender.amount < 0:
            yield row(f"{slip.word('paid_back')} {name}", slip.money(-tender.amount))
        elif tender.given > tender.amount and not tender.change:
            yield row(f"{name} ({slip.word('forfeited', value=slip.money(tender.given))})", slip.money(tender.amount))
        else:
            yield row(name, slip.money(tender.given))
        if tender.change and tender.amount >= 0:
            yield row(slip.word("change"), slip.money(tender.change), bold=True)


def _set_off(sale: Sale, place: int) -> int:
    """How much of goods going out was settled by goods coming back."""
    return sum(
        run.units * cell.amount
        for line in sale.lines
        if line.quantity_milli > 0
        for run in line.runs
        for cell in run.tenders
        if cell.tender == place
    )


def _taxes(lines: list[Line], slip: Slip) -> Iterator[Item]:
    sums: dict[tuple[str, int], int] = defaultdict(int)
    for line in lines:
        for run in line.runs:
            for tax in run.taxes:
                sums[tax.code, tax.rate_bp] += run.units * tax.amount
    for (code, rate_bp), amount in sorted(sums.items()):
        rate = format_milli(rate_bp * 10) + "%"
        yield row(slip.word("tax", code=code, rate=rate), slip.money(amount))

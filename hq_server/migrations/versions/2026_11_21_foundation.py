"""Headquarters' tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261121"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Changes the tables."""
    op.execute("CREATE SCHEMA part")
    op.create_table(
        "admin_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_admin_link")),
    )
    op.create_table(
        "alarm",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("store_id", "kind", "subject", name=op.f("pk_alarm")),
    )
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_table(
        "barcode",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_barcode")),
    )
    op.create_index("ix_barcode_item_id", "barcode", ["item_id"], unique=False)
    op.create_table(
        "baseline_published",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_baseline_published")),
    )
    op.create_table(
        "feed_counter",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_counter")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "feed_generation",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "feed", name=op.f("pk_feed_generation")),
    )
    op.create_table(
        "feed_in_use",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "till_id", "feed", name=op.f("pk_feed_in_use")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "feed_row",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("feed", "key", "audience", name=op.f("pk_feed_row")),
        postgresql_with={"fillfactor": 90},
    )
    op.create_index("ix_feed_row_position", "feed_row", ["feed", "audience", "position"], unique=False)
    op.create_table(
        "fold_cursor",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_fold_cursor")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "fold_mark",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "till_id", "incarnation", name=op.f("pk_fold_mark")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "held_receipt",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "till_id", "incarnation", "seq", name=op.f("pk_held_receipt")),
    )
    op.create_table(
        "hold_claim",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("hold_till", sa.Text(), nullable=False),
        sa.Column("hold_incarnation", sa.Uuid(), nullable=False),
        sa.Column("hold_seq", sa.BigInteger(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "hold_till", "hold_incarnation", "hold_seq", name=op.f("pk_hold_claim")),
    )
    op.create_table(
        "host_progress",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "till_id", "feed", name=op.f("pk_host_progress")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "hq_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_hq_session")),
    )
    op.create_index("ix_hq_session_user_id", "hq_session", ["user_id"], unique=False)
    op.create_table(
        "hq_state",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hq_state")),
    )
    op.create_table(
        "hq_user",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("rights", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("stores", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_hq_user")),
    )
    op.create_table(
        "item",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("measured", sa.Boolean(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("tax_code", sa.Text(), nullable=False),
        sa.Column("tax_rate_bp", sa.BigInteger(), nullable=False),
        sa.Column("plu", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item")),
    )
    op.create_index("ix_item_department", "item", ["department"], unique=False)
    op.create_table(
        "item_cost",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "scope", "from_date", "recorded_at", name=op.f("pk_item_cost")),
    )
    op.create_table(
        "ledger_clerk_day",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("clerk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("ownership", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "business_date", "clerk", "ownership", name=op.f("pk_ledger_clerk_day")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_drawer_shift",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("till", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("shift", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "business_date", "till", "shift", "reason", name=op.f("pk_ledger_drawer_shift")
        ),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_hour_day",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "business_date", "hour", name=op.f("pk_ledger_hour_day")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_item_day",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("reduction", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("cost_scaled", sa.BigInteger(), nullable=False),
        sa.Column("uncosted_net", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "business_date", "item", name=op.f("pk_ledger_item_day")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_member_day",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "business_date", "member", name=op.f("pk_ledger_member_day")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_reduction_day",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "business_date", "source", "reference", name=op.f("pk_ledger_reduction_day")
        ),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_returned",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("incarnation", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "till", "incarnation", "seq", "line", "run", name=op.f("pk_ledger_returned")
        ),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("ix_ledger_returned_document", "ledger_returned", ["till", "incarnation", "seq"], unique=False)
    op.create_table(
        "ledger_stock",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "item", name=op.f("pk_ledger_stock")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_tender_shift",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("till", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("shift", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tender", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "business_date", "till", "shift", "tender", name=op.f("pk_ledger_tender_shift")
        ),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "line_clerk",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("ownership", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "business_date", "position", "line", "clerk", name=op.f("pk_line_clerk")),
        postgresql_partition_by="RANGE (business_date)",
    )
    op.create_table(
        "line_tender",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("tender", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "business_date", "position", "line", "tender", name=op.f("pk_line_tender")),
        postgresql_partition_by="RANGE (business_date)",
    )
    op.create_table(
        "member",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member")),
    )
    op.create_table(
        "offer",
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offer")),
    )
    op.create_table(
        "operator",
        sa.Column("operator_id", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_operator")),
    )
    op.create_table(
        "price",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("from_minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_minute", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("release", sa.BigInteger(), nullable=False),
        sa.Column("feed_position", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "kind", "scope", "unit", "from_minute", name=op.f("pk_price")),
    )
    op.create_table(
        "raw_entry",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("accepted_day", sa.Date(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "position", "accepted_day", name=op.f("pk_raw_entry")),
        postgresql_partition_by="RANGE (accepted_day)",
    )
    op.create_table(
        "recalled_hold",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "till_id", "incarnation", "seq", name=op.f("pk_recalled_hold")),
    )
    op.create_table(
        "receipt",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("posted_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("shift", sa.BigInteger(), nullable=False),
        sa.Column("cashier", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "business_date", "position", name=op.f("pk_receipt")),
        postgresql_partition_by="RANGE (business_date)",
    )
    op.create_index("ix_receipt_document", "receipt", ["store_id", "till_id", "incarnation", "seq"], unique=False)
    op.create_table(
        "receipt_line",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("posted_date", sa.Date(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("ownership", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("price_kind", sa.Text(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=True),
        sa.Column("cost_scaled", sa.BigInteger(), nullable=False),
        sa.Column("cost_state", sa.Text(), nullable=False),
        sa.Column("origin_till", sa.Text(), nullable=True),
        sa.Column("origin_incarnation", sa.Uuid(), nullable=True),
        sa.Column("origin_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("store_id", "business_date", "position", "line", name=op.f("pk_receipt_line")),
        postgresql_partition_by="RANGE (business_date)",
    )
    op.create_index(
        "ix_receipt_line_assumed",
        "receipt_line",
        ["store_id", "position"],
        unique=False,
        postgresql_where=sa.text("cost_state = 'assumed'"),
    )
    op.create_index(
        "ix_receipt_line_origin",
        "receipt_line",
        ["origin_till", "origin_incarnation", "origin_seq"],
        unique=False,
        postgresql_where=sa.text("origin_seq IS NOT NULL"),
    )
    op.create_table(
        "receipt_reduction",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "business_date", "position", "line", "source", "reference", name=op.f("pk_receipt_reduction")
        ),
        postgresql_partition_by="RANGE (business_date)",
    )
    op.create_table(
        "receipt_tender",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tender", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "business_date", "position", "tender", name=op.f("pk_receipt_tender")),
        postgresql_partition_by="RANGE (business_date)",
    )
    op.create_table(
        "role",
        sa.Column("role_id", sa.Text(), nullable=False),
        sa.Column("functions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("limits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_role")),
    )
    op.create_table(
        "set_aside",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "position", name=op.f("pk_set_aside")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "store_position",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_store_position")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "stream",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column("forked", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "till_id", "incarnation", name=op.f("pk_stream")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "stream_origin",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("parent_incarnation", sa.Uuid(), nullable=True),
        sa.Column("parent_seq", sa.BigInteger(), nullable=True),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "till_id", "incarnation", name=op.f("pk_stream_origin")),
    )
    op.create_table(
        "stream_span",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("first_position", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("forked", sa.Boolean(), nullable=False),
        sa.Column("accepted_day", sa.Date(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "store_id", "till_id", "incarnation", "first_seq", "first_position", name=op.f("pk_stream_span")
        ),
    )
    op.create_index("ix_stream_span_position", "stream_span", ["store_id", "first_position"], unique=False)
    op.create_table(
        "wal_mark",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lsn", sa.Text(), nullable=False),
        sa.Column("wal_file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_wal_mark")),
    )
    op.create_table(
        "zone",
        sa.Column("zone_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("pk_zone")),
    )
    op.create_table(
        "store",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("utc_offset_min", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.zone_id"], name=op.f("fk_store_zone_id_zone")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_store")),
    )
    op.create_table(
        "till",
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), server_default="", nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.store_id"], name=op.f("fk_till_store_id_store")),
        sa.PrimaryKeyConstraint("till_id", name=op.f("pk_till")),
    )
    op.create_index("ix_till_store_id", "till", ["store_id"], unique=False)
    op.create_index("uq_till_token_hash", "till", ["token_hash"], unique=True)
    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["till_id"], ["till.till_id"], name=op.f("fk_enrolment_code_till_id_till")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment_code")),
    )
    op.create_table(
        "till_key",
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["till_id"], ["till.till_id"], name=op.f("fk_till_key_till_id_till")),
        sa.PrimaryKeyConstraint("till_id", "public_key", name=op.f("pk_till_key")),
    )


def downgrade() -> None:
    """Forward only: a release that must go back is followed by one that repairs."""
    raise NotImplementedError("headquarters' migrations go forward only")

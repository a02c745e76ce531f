"""Limits over stores and coupons: uses, stamps, coupon series and codes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "20261122b"
down_revision: str | None = "20261122"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "coupon",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_day", sa.BigInteger(), nullable=False),
        sa.Column("until_day", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reserved_till", sa.Text(), server_default="", nullable=False),
        sa.Column("reserved_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemed_store", sa.Text(), server_default="", nullable=False),
        sa.Column("redeemed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_coupon")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("ix_coupon_series_id", "coupon", ["series_id", "state"], unique=False)
    op.create_index("ix_coupon_source", "coupon", ["source"], unique=False)
    op.create_table(
        "coupon_redemption",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("given_back", sa.Boolean(), nullable=False),
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("till_id", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "position", "code", "given_back", name=op.f("pk_coupon_redemption")),
    )
    op.create_index("ix_coupon_redemption_code", "coupon_redemption", ["code"], unique=False)
    op.create_table(
        "coupon_series",
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("offline", sa.Text(), nullable=False),
        sa.Column("from_day", sa.BigInteger(), nullable=False),
        sa.Column("until_day", sa.BigInteger(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_coupon_series")),
    )
    op.create_table(
        "ledger_coupon_use",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "code", name=op.f("pk_ledger_coupon_use")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_member_use",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("business_date", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "offer", "member", "business_date", name=op.f("pk_ledger_member_use")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_offer_use",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "offer", name=op.f("pk_ledger_offer_use")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "ledger_stamp",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "member", "counter", name=op.f("pk_ledger_stamp")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "offer_use_published",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "offer", name=op.f("pk_offer_use_published")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("ix_offer_use_published_offer", "offer_use_published", ["offer"], unique=False)


def downgrade() -> None:
    """Forward only: a release that must go back is followed by one that repairs."""
    raise NotImplementedError("headquarters' migrations go forward only")

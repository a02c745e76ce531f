"""Offers from draft to till: revisions, states, history"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261122"
down_revision: str | None = "20261121"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "promotion",
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.Column("live", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_promotion")),
    )
    op.create_table(
        "promotion_revision",
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("audiences", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=False),
        sa.Column("expected_cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("from_minute", sa.BigInteger(), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published", sa.LargeBinary(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feed_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", "revision", name=op.f("pk_promotion_revision")),
    )
    op.create_index("ix_promotion_revision_state", "promotion_revision", ["state"], unique=False)
    op.create_table(
        "promotion_event",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_promotion_event")),
    )
    op.create_index("ix_promotion_event_offer_id", "promotion_event", ["offer_id", "at"], unique=False)


def downgrade() -> None:
    """Forward only: a release that must go back is followed by one that repairs."""
    raise NotImplementedError("headquarters' migrations go forward only")

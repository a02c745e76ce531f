"""Rehearsals of offers over real receipts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261122c"
down_revision: str | None = "20261122b"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "rehearsal",
        sa.Column("rehearsal_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("drafts", sa.LargeBinary(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("stores", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sample", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("rehearsal_id", name=op.f("pk_rehearsal")),
    )
    op.create_index("ix_rehearsal_offer_id", "rehearsal", ["offer_id", "asked_at"], unique=False)
    op.create_index("ix_rehearsal_state", "rehearsal", ["state"], unique=False)


def downgrade() -> None:
    """Forward only: a release that must go back is followed by one that repairs."""
    raise NotImplementedError("headquarters' migrations go forward only")

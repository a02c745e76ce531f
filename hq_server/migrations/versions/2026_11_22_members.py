"""What offers ask of members: birthday, groups, earlier purchases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261122d"
down_revision: str | None = "20261122c"
branch_labels: str | None = None
depends_on: str | None = None

_COUNTED = """
    INSERT INTO ledger_purchase (store_id, member, receipts, folded_position)
    SELECT store_id, member, sum(receipts), max(folded_position) FROM ledger_member_day
    GROUP BY store_id, member HAVING sum(receipts) > 0
"""
"""The same sums as folding every entry anew gives."""


def upgrade() -> None:
    """Changes the tables."""
    op.add_column("member", sa.Column("birthday", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("member", sa.Column("groups", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("member", sa.Column("purchases", sa.BigInteger(), server_default="-1", nullable=False))
    op.create_table(
        "ledger_purchase",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("folded_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "member", name=op.f("pk_ledger_purchase")),
        postgresql_with={"fillfactor": 80},
    )
    op.execute(_COUNTED)


def downgrade() -> None:
    """Forward only: a release that must go back is followed by one that repairs."""
    raise NotImplementedError("headquarters' migrations go forward only")

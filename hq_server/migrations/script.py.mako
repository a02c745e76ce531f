"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: str | None = ${repr(branch_labels)}
depends_on: str | None = ${repr(depends_on)}


def upgrade() -> None:
    """Changes the tables."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Forward only: a release that must go back is followed by one that repairs."""
    raise NotImplementedError("headquarters' migrations go forward only")

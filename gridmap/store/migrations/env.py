"""Alembic's entry: runs the steps on the connection it is handed, inside that connection's transaction."""

from alembic import context

from gridmap.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    # Batch mode copies a table and silently loses the R-tree's triggers: steps use native ALTER TABLE.
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()

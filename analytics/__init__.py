"""What the product exists for: one measure per module, SQL beside it in `sql/`."""

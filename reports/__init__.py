"""The only door through which data leaves: figures, tables, annexes, disclosure control."""

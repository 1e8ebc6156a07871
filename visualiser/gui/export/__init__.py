"""A run as something for others: pictures, pages, tables, traces, films."""

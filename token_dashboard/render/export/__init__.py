"""Usage events for other programs: JSON lines, CSV, SQL, Parquet, and rows for finance. All untranslated."""

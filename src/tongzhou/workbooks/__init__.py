"""A spreadsheet that somebody brings, understood: rows, columns, meanings, and problems named by cell. Pure, without Django."""

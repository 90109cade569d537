"""How large a file may be; everything here is checked before or while it is read (quality I12)."""

MAX_BYTES = 1024**3  # of the file as it lies there
MAX_UNPACKED = 1024**3  # of all parts of a workbook together
MAX_RATIO = 200  # unpacked to packed, of one part of a workbook larger than one mebibyte
MAX_PARTS = 2000
MAX_ROWS = 3_000_000
MAX_COLUMNS = 500
MAX_CELL = 100_000
MAX_LINES_PER_ROW = 50  # a quoted cell may run over lines, but not to the end of the file

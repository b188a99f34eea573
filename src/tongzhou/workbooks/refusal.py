"""Why a whole file is refused, before or while it is read."""


class WorkbookRefused(Exception):
    """The file is not read at all; `code` says why, `row` counts from 1, `column` is a letter as the sheet shows it.

    Codes: empty_file, not_a_workbook, other_office_file, protected, damaged, file_too_big, bomb, too_many_parts,
    unsafe_xml, not_a_project (XML of something else), project_file (.mpp), too_many_tasks, no_task, too_many_rows,
    too_many_columns, too_many_cells, too_much_text, out_of_memory, too_slow, no_sheet; busy: others are being read.
    """

    def __init__(
        self,
        code: str,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        limit: int | None = None,
    ) -> None:
        super().__init__(code, sheet, row, column, limit)
        self.code = code
        self.sheet = sheet
        self.row = row
        self.column = column
        self.limit = limit

    def as_json(self) -> dict[str, str | int | None]:
        """The refusal as plain values, as the child process hands it to its parent."""
        return {"code": self.code, "sheet": self.sheet, "row": self.row, "column": self.column, "limit": self.limit}

"""The table of interviews as the faces of the program need it: read, written as a template, its columns and days."""

from veche.importers.interview_table import COLUMNS, parse_date, read_interview_table, write_template

__all__ = ["COLUMNS", "parse_date", "read_interview_table", "write_template"]

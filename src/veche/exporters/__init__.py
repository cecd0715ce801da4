"""Writing files. Every exporter takes a `Release` and nothing else."""

from veche.exporters.tables import csv_file, tsv_file, xlsx_file

__all__ = ["csv_file", "tsv_file", "xlsx_file"]

"""Reads a CSV file as other programs do, or writes one, or Parquet: prints or takes its rows as JSON, a null where the program has one."""

import csv
import json
import sys

action, program, path = sys.argv[1:]
pandas = duckdb = None
if program == "pandas":
    import pandas
elif program.startswith("duckdb"):
    import duckdb


def read():
    if pandas:
        frame = pandas.read_csv(path, dtype=str)
        return [[None if pandas.isna(value) else value for value in row] for row in frame.values.tolist()]
    if duckdb:
        return [list(row) for row in duckdb.sql(f"SELECT * FROM read_csv('{path}', header = true, all_varchar = true)").fetchall()]
    with open(path, newline="", encoding="utf-8") as file:
        return [[value or None for value in row] for row in csv.reader(file)][1:]


def write(rows):
    header, *values = rows
    if pandas:
        pandas.DataFrame(values, columns=header).to_csv(path, index=False)
    elif duckdb:
        marks = ", ".join("?" for _ in header)
        duckdb.sql(f"CREATE TABLE t ({', '.join(name + ' VARCHAR' for name in header)})")
        duckdb.executemany(f"INSERT INTO t VALUES ({marks})", values)
        options = "FORMAT parquet, COMPRESSION uncompressed" if program == "duckdb-parquet" else "HEADER"
        duckdb.sql(f"COPY t TO '{path}' ({options})")
    else:
        quoting = {"csv": csv.QUOTE_MINIMAL, "csv-all": csv.QUOTE_ALL}[program]
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=quoting).writerows(rows)


if action == "read":
    print(json.dumps(read()))
else:
    write(json.load(sys.stdin))

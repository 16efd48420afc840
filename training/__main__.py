"""``python -m training``: the commands that make the shipped models, in the order in which they are run.

python -m training vocabulary --data DATA --work WORK
python -m training table --data DATA --work WORK
python -m training export-table --work WORK
python -m training initialise --data DATA --work WORK
python -m training distill --data DATA --work WORK --name NAME
python -m training average --work WORK --name MEAN --run NAME=SHARE --run NAME=SHARE
python -m training export-encoder --work WORK --name NAME
"""

from __future__ import annotations

import typer

from training import encoder_commands, table_commands

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)
app.command("vocabulary")(table_commands.vocabulary)
app.command("table")(table_commands.table)
app.command("export-table")(table_commands.export)
app.command("initialise")(encoder_commands.initialise)
app.command("distill")(encoder_commands.distill_command)
app.command("average")(encoder_commands.average_command)
app.command("export-encoder")(encoder_commands.export_bilingual)

if __name__ == "__main__":
    app()

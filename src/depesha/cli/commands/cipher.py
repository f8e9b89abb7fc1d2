"""depesha cipher: plain age files, as any age tool reads and writes them."""

from pathlib import Path

import click

from depesha.base import write_durably
from depesha.cli.reading import read_words, require_new
from depesha.cli.session import Session, pass_session
from depesha.station import archive_identity, new_identity, open_file, seal_file

INPUT = click.Path(path_type=Path, exists=True, dir_okay=False)
OUTPUT = click.Path(path_type=Path)


@click.group()
def cipher() -> None:
    """Seal and open plain age files with post-quantum keys."""


@cipher.command()
@click.option("--out", type=OUTPUT, help="Write the identity to a file, for its owner alone.")
def keygen(out: Path | None) -> None:
    r"""Draw a new identity; its public key is printed on standard error.

    \b
    Example:
      depesha cipher keygen --out me.key
    """
    identity, recipient = new_identity()
    text = f"# public key: {recipient}\n{identity}\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write_durably(require_new(out), text.encode())
    click.echo(f"public key: {recipient}", err=True)


@cipher.command("seal")
@click.argument("path", type=INPUT)
@click.option("--to", "recipients", multiple=True, required=True, help="A public key (age1pq…).")
@click.option("--out", type=OUTPUT, required=True)
def seal_command(path: Path, recipients: tuple[str, ...], out: Path) -> None:
    r"""Seal a file to one or more public keys.

    \b
    Example:
      depesha cipher seal report.txt --to age1pq1… --out report.age
    """
    write_durably(out, seal_file(path.read_bytes(), recipients))


@cipher.command("open")
@click.argument("path", type=INPUT)
@click.option("--identity", type=INPUT, required=True, help="A file of identities.")
@click.option("--out", type=OUTPUT, help="Default: standard output.")
def open_command(path: Path, identity: Path, out: Path | None) -> None:
    r"""Open an age file with the identities in a file.

    \b
    Example:
      depesha cipher open report.age --identity me.key --out report.txt
    """
    plain = open_file(path.read_bytes(), read_words(identity, what="the identity"))
    if out is None:
        click.echo(plain, nl=False)
    else:
        write_durably(out, plain)


@cipher.command()
@click.argument("key_file", metavar="KEY-FILE", type=INPUT)
@click.option("--out", type=OUTPUT, required=True, help="Where the identity goes.")
@pass_session
def unlock(session: Session, key_file: Path, out: Path) -> None:
    r"""Turn an archivist's key file into an identity for stock `age`.

    \b
    Example:
      depesha cipher unlock harbour.key --out identity.txt
      age --decrypt -i identity.txt vault/….age | tar -x
    """
    require_new(out)
    identity = archive_identity(key_file.read_bytes(), session.passphrase())
    write_durably(out, f"{identity}\n".encode())

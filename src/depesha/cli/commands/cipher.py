"""depesha cipher: plain age files, as any age tool reads and writes them.

These commands need no station and load nothing of it: a file of any size passes through little
memory.
"""

from pathlib import Path

import click

from depesha.cipher import (
    HybridIdentity,
    Recipient,
    ScryptRecipient,
    X25519Identity,
    armor_chunks,
    open_identity_file,
    seal_chunks,
    strip_armor,
    unseal_chunks,
)
from depesha.cli.ciphering.keys import (
    Passphrase,
    read_identities,
    read_openers,
    read_recipients,
)
from depesha.cli.ciphering.refusals import InputRefusedError, PlainGroup
from depesha.cli.ciphering.streams import (
    STANDARD,
    read_pieces,
    read_small,
    require_readable,
    write_pieces,
)

INPUT = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
OUTPUT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)

source = click.argument("path", type=INPUT, default=str(STANDARD))
out_option = click.option(
    "-o",
    "--out",
    "--output",
    type=OUTPUT,
    default=str(STANDARD),
    help="A file, written whole or not at all. Default: standard output.",
)
passphrase_file_option = click.option(
    "--passphrase-file", type=INPUT, help="Read the passphrase from a file."
)


@click.group(cls=PlainGroup)
def cipher() -> None:
    """Seal and open plain age files with post-quantum keys."""


@cipher.command()
@source
@out_option
@click.option("--classic", is_flag=True, help="An X25519 identity, which older age programs take.")
@click.option("-y", "as_recipients", is_flag=True, help="Print the public keys of those in PATH.")
@passphrase_file_option
def keygen(
    path: Path, out: Path, classic: bool, as_recipients: bool, passphrase_file: Path | None
) -> None:
    r"""Draw a new identity, or print the public keys of old ones.

    \b
    Example:
      depesha cipher keygen --out me.key
      depesha cipher keygen -y me.key
    """
    if as_recipients:
        identities = read_identities(path, passphrase_of(passphrase_file))
        if not identities:
            raise InputRefusedError("the file of identities holds none")
        text = "".join(f"{identity.recipient.to_text()}\n" for identity in identities)
        write_pieces(out, [text.encode()])
        return
    if path != STANDARD:
        raise InputRefusedError("a new identity is drawn from nothing: PATH goes with -y alone")
    identity = X25519Identity.generate() if classic else HybridIdentity.generate()
    recipient = identity.recipient.to_text()
    text = f"# public key: {recipient}\n{identity.to_text()}\n"
    write_pieces(require_new(out), [text.encode()])
    click.echo(f"Public key: {recipient}", err=True)


@cipher.command("seal")
@source
@click.option(
    "-r", "--recipient", "--to", "recipients", multiple=True, help="A public key (repeatable)."
)
@click.option(
    "-R",
    "--recipients-file",
    "recipient_files",
    multiple=True,
    type=INPUT,
    help="A file of public keys, one a line (repeatable).",
)
@click.option("-p", "--passphrase", "is_asked", is_flag=True, help="Ask for a passphrase.")
@passphrase_file_option
@click.option("-a", "--armor", "as_text", is_flag=True, help="Write text, for mail and print.")
@out_option
def seal_command(
    path: Path,
    recipients: tuple[str, ...],
    recipient_files: tuple[Path, ...],
    is_asked: bool,
    passphrase_file: Path | None,
    as_text: bool,
    out: Path,
) -> None:
    r"""Seal a file to public keys, or under a passphrase.

    \b
    Example:
      depesha cipher seal report.txt --recipient age1pq1… --out report.age
      tar -c folder | depesha cipher seal -R posts.txt -o folder.tar.age
    """
    require_readable(out, is_text=as_text)
    keys = read_recipients(recipients, recipient_files)
    if is_asked or passphrase_file is not None:
        passphrase = passphrase_of(passphrase_file, is_confirmed=True)
        keys.append(ScryptRecipient(passphrase.text))
    sealed = seal_chunks(read_pieces(path), require_some(keys))
    write_pieces(out, armor_chunks(sealed) if as_text else sealed)


@cipher.command("open")
@source
@click.option(
    "-i",
    "--identity",
    "identities",
    multiple=True,
    type=INPUT,
    help="A file of identities (repeatable).",
)
@passphrase_file_option
@out_option
def open_command(
    path: Path, identities: tuple[Path, ...], passphrase_file: Path | None, out: Path
) -> None:
    r"""Open an age file, armored or not.

    Without an identity the passphrase is asked for. What is written to standard
    output before a refusal is authentic, and may be cut off.

    \b
    Example:
      depesha cipher open report.age --identity me.key --out report.txt
    """
    if STANDARD in identities and path == STANDARD:
        raise InputRefusedError("standard input cannot be both the file and its identity")
    keys = read_openers(identities, passphrase_of(passphrase_file))
    write_pieces(out, unseal_chunks(strip_armor(read_pieces(path)), keys))


@cipher.command()
@click.argument("key_file", metavar="KEY-FILE", type=INPUT)
@passphrase_file_option
@click.option("-o", "--out", type=OUTPUT, required=True, help="Where the identity goes.")
def unlock(key_file: Path, passphrase_file: Path | None, out: Path) -> None:
    r"""Turn an archivist's key file into an identity for stock `age`.

    \b
    Example:
      depesha cipher unlock harbour.key --out identity.txt
      age --decrypt -i identity.txt vault/….age | tar -x
    """
    require_new(out)
    sealed = read_small(key_file, what="the key file")
    identity = open_identity_file(sealed, passphrase_of(passphrase_file).text)
    write_pieces(out, [f"{identity.to_text()}\n".encode()])


def passphrase_of(path: Path | None, *, is_confirmed: bool = False) -> Passphrase:
    """Return the passphrase of a file named after the command, or else before it, or typed."""
    before = click.get_current_context().find_root().params.get("passphrase_file")
    return Passphrase(path=path or before, is_confirmed=is_confirmed)


def require_new(out: Path) -> Path:
    """Return the path if nothing is there yet: a key that is written over is lost for ever.

    Raises:
        InputRefusedError: Something is there.
    """
    if out != STANDARD and out.exists():
        raise InputRefusedError("the file to be written is there already: name a new one")
    return out


def require_some(recipients: list[Recipient]) -> list[Recipient]:
    """Return the recipients if there is one.

    Raises:
        InputRefusedError: There is none.
    """
    if not recipients:
        raise InputRefusedError(
            "nobody to seal to: name a public key, a file of them or --passphrase"
        )
    return recipients

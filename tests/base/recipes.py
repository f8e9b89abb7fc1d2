"""The base vectors, made anew: `python -m tests.base.recipes` writes them."""

from tests.support import VECTORS


def vector(expect: str, comment: str, body: bytes) -> bytes:
    return f"expect: {expect}\ncomment: {comment}\n\n".encode() + body


def serial_vectors() -> dict[str, bytes]:
    bad = "base.format"
    return {
        "none.txt": vector("ok", "no serial at all", b"none"),
        "one.txt": vector("ok", "a single serial", b"7"),
        "runs.txt": vector("ok", "runs and single serials", b"1-1204,1206,1300-1301"),
        "empty.txt": vector(bad, "no serial is written none", b""),
        "touching.txt": vector(bad, "runs that touch are one run", b"1-4,5-6"),
        "overlapping.txt": vector(bad, "a serial stands once", b"1-4,4"),
        "out_of_order.txt": vector(bad, "runs are in order", b"6,1-4"),
        "backwards.txt": vector(bad, "a run goes upwards", b"4-1"),
        "run_of_one.txt": vector(bad, "a run of one is one number", b"4-4"),
        "leading_zero.txt": vector(bad, "a number has one spelling", b"01"),
        "zero.txt": vector(bad, "serials begin at 1", b"0-4"),
        "ten_digits.txt": vector(bad, "a serial has at most nine digits", b"1000000000"),
        "space.txt": vector(bad, "no space between runs", b"1, 3"),
        "trailing_comma.txt": vector(bad, "nothing after the last run", b"1,"),
        "arabic_digits.txt": vector(bad, "ASCII digits only", "١".encode()),
        "open_run.txt": vector(bad, "a run has two ends", b"3-"),
    }


def main() -> None:
    folder = VECTORS / "base" / "serials"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in serial_vectors().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()

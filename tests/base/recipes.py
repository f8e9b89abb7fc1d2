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


def series_vectors() -> dict[str, bytes]:
    bad = "base.format"
    return {
        "none.txt": vector("ok", "no serial of any series", b"none"),
        "one.txt": vector("ok", "one series", b"2031:1-1204,1206"),
        "turn_of_the_year.txt": vector("ok", "two series, in order", b"2030:1-88 2031:1-3"),
        "year_zero.txt": vector("ok", "a year has four digits", b"0000:1"),
        "last_year.txt": vector("ok", "the last year there is", b"9999:999999999"),
        "hundred_series.txt": vector("ok", "as many as there may be", _many_series(100)),
        "more_than_hundred.txt": vector(bad, "one series too many", _many_series(101)),
        "empty.txt": vector(bad, "no serial is written none", b""),
        "none_of_a_series.txt": vector(bad, "a series without serials is left out", b"2031:none"),
        "none_beside_a_series.txt": vector(bad, "none stands alone", b"none 2031:1"),
        "no_serials.txt": vector(bad, "serials follow the year", b"2031:"),
        "no_series.txt": vector(bad, "serials belong to a year", b"1-1204"),
        "out_of_order.txt": vector(bad, "series rise", b"2031:1 2030:1"),
        "series_twice.txt": vector(bad, "a series stands once", b"2031:1 2031:3"),
        "two_digits.txt": vector(bad, "a year has four digits", b"31:1"),
        "five_digits.txt": vector(bad, "a year has four digits", b"02031:1"),
        "arabic_digits.txt": vector(bad, "ASCII digits only", "٢٠٣١:1".encode()),
        "two_spaces.txt": vector(bad, "one space between series", b"2030:1  2031:1"),
        "trailing_space.txt": vector(bad, "nothing after the last series", b"2031:1 "),
        "comma_between.txt": vector(bad, "a space between series", b"2030:1,2031:1"),
        "touching_runs.txt": vector(bad, "its serials have one spelling", b"2031:1-4,5"),
        "serial_zero.txt": vector(bad, "serials begin at 1", b"2031:0-4"),
    }


def _many_series(count: int) -> bytes:
    return " ".join(f"{year}:1" for year in range(2000, 2000 + count)).encode()


MAKERS = {"serials": serial_vectors, "series": series_vectors}


def main() -> None:
    for format_name, make in MAKERS.items():
        folder = VECTORS / "base" / format_name
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in make().items():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()

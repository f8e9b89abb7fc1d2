from depesha.telegram import Conveyance, Distribution, DistributionEntry, Form, number_points
from tests.telegram.sample import minute


def test_a_sheet_is_eighty_columns_wide() -> None:
    """No line is wider than a terminal, whatever the words are."""
    long = minute(
        points=number_points(
            ["1. " + "word " * 60 + "end", "x" * 200, "平" * 90, "e\u0301" * 0 + "é"]
        ),
        signature="Halm " * 30 + "Halm",
    )
    widths = [
        sum(2 if character == "平" else 1 for character in line)
        for line in long.render().split("\n")
    ]
    assert max(widths) == 80


def test_a_sheet_shows_heading_body_signature_and_copies() -> None:
    """A printed telegram reads like one, from its number to its copies."""
    printed = minute(
        via="head of POST HARBOUR",
        final_addressee="the Minister",
        conveyance=Conveyance(form=Form.SPOKEN),
        distribution=Distribution(entries=(DistributionEntry(copy_number=1, holder="file"),)),
        signature="Halm",
    ).render()
    assert printed == (
        "TELEGRAM No. 17/k of 2031\n"
        f"{'-' * 80}\n"
        "FROM            NORTH DESK\n"
        "WRITTEN         2031-03-02T07:10Z\n"
        "RELEASED        2031-03-02T07:55Z\n"
        "MODE            signed\n"
        "ACTION          POST HARBOUR (priority)\n"
        "VIA             head of POST HARBOUR\n"
        "FOR             the Minister\n"
        "CONVEY          spoken\n"
        f"{'-' * 80}\n"
        "\n1. We accept.\n"
        "\n2. Say so.\n"
        f"\n{' ' * 76}Halm\n"
        f"\n{'-' * 80}\n"
        "COPY            1 file\n"
    )


def test_the_text_handed_over_is_the_points_alone() -> None:
    """Number, date, names, signature, copies and identifications stay behind."""
    given = minute(
        signature="Halm",
        points=number_points(["1. Halm [Berg] accepts [sic].", "Say so."]),
    ).handover_text()
    assert given == "1. Halm accepts [sic].\n\nSay so.\n"

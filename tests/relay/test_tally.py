from depesha.relay import Holdings, Tally
from depesha.relay.answer import STATUS
from depesha.relay.tally import OUTCOMES


def test_counts_are_written_for_prometheus() -> None:
    """Each series has its help and type; outcomes are error codes or ok."""
    tally = Tally()
    for outcome in ("ok", "ok", "channel.mailbox_full"):
        tally.count("deposit", outcome)

    lines = tally.to_text(Holdings(mailboxes=1, objects=2, size_bytes=3)).splitlines()

    assert 'depesha_relay_calls_total{call="deposit",outcome="ok"} 2' in lines
    assert 'depesha_relay_calls_total{call="deposit",outcome="channel.mailbox_full"} 1' in lines
    assert "depesha_relay_object_bytes 3" in lines
    assert sum(line.startswith("# TYPE") for line in lines) == 4


def test_the_counts_of_all_processes_are_summed() -> None:
    """Each counts in a table of its own, and tells the sum."""
    one, two = Tally(), Tally()
    both = Tally(one.own, (two.own,))
    one.count("list", "ok")
    two.count("list", "ok")
    both.count("list", "ok")
    holdings = Holdings(mailboxes=0, objects=0, size_bytes=0)
    assert 'depesha_relay_calls_total{call="list",outcome="ok"} 3' in both.to_text(holdings)


def test_an_outcome_without_a_cell_is_a_failure() -> None:
    """A table is fixed; what has no place in it is counted as the relay's own fault."""
    tally = Tally()
    tally.count("list", "channel.never_heard_of")
    text = tally.to_text(Holdings(mailboxes=0, objects=0, size_bytes=0))
    assert 'depesha_relay_calls_total{call="list",outcome="relay"} 1' in text


def test_every_refusal_that_has_a_status_has_a_cell() -> None:
    """A new refusal is not counted as a failure by oversight."""
    assert set(STATUS) <= set(OUTCOMES)

from depesha.relay import Holdings, Tally


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

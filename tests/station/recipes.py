"""How the vectors of the station's own texts are made: one good text, with one change in each."""

from collections.abc import Callable

from depesha.base import Digest

Vectors = dict[str, bytes]
BAD = "station.backup"
ONE, TWO = Digest.of(b"1").to_text(), Digest.of(b"2").to_text()
NAME = "ab" * 16
BACKUP = (
    "depesha/1 backup\n"
    "made: 2031-03-02T07:10Z\n"
    "pages: 12\n"
    "files: 4\n"
    f"file: {ONE} 4711 keys.age\n"
    f"file: {TWO} 12 quarantine/{'0c' * 32}.age\n"
    f"file: {ONE} 1048576 station.db\n"
    f"file: {TWO} 0 vault/{NAME}.age\n"
)
RESTORED = (
    "depesha/1 restored\nmade: 2031-03-02T07:10Z\nrestored: 2031-04-01T08:00:30Z\npages: 12\n"
)


def made(expect: str, comment: str, text: str) -> bytes:
    return f"expect: {expect}\ncomment: {comment}\n\n{text}".encode()


def changed(good: str, comment: str, old: str, new: str) -> bytes:
    assert old in good
    return made(BAD, comment, good.replace(old, new, 1))


def backup_vectors() -> Vectors:
    def other(comment: str, old: str, new: str) -> bytes:
        return changed(BACKUP, comment, old, new)

    keys, store = BACKUP.splitlines(keepends=True)[4], BACKUP.splitlines(keepends=True)[6]
    vault = BACKUP.splitlines(keepends=True)[7]
    return {
        "ok.txt": made("ok", "keys, store, one in quarantine, one in the vault", BACKUP),
        "next_version.txt": other("a version unknown", "1 backup", "2 backup"),
        "wrong_label.txt": other("another purpose", "1 backup", "1 restored"),
        "no_keys.txt": other("keys are in it", keys, "").replace(b"files: 4", b"files: 3"),
        "no_store.txt": other("a store is in it", store, "").replace(b"files: 4", b"files: 3"),
        "a_file_too_few.txt": other("as many files as said", "files: 4", "files: 5"),
        "a_file_too_many.txt": other("as many files as said", "files: 4", "files: 3"),
        "twice.txt": other("a file stands once", vault, vault + vault),
        "out_of_order.txt": made(
            BAD, "files stand by name", BACKUP.replace(vault, "").replace(keys, vault + keys)
        ),
        "live_pages.txt": other("no live pages", "vault/", "pages/"),
        "path_upwards.txt": other("no path out", f"vault/{NAME}", "vault/../x"),
        "absolute_path.txt": other("no absolute path", "vault/", "/vault/"),
        "deeper.txt": other("one folder deep", "vault/", "vault/more/"),
        "other_file.txt": other("no other file", "station.db", "station.db-wal"),
        "hidden.txt": other("no dot first", f"vault/{NAME}", f"vault/.{NAME}"),
        "leading_zero.txt": other("one spelling", " 12 ", " 012 "),
        "negative_size.txt": other("no less than nothing", " 12 ", " -12 "),
        "digest_in_capitals.txt": other("one spelling", ONE[-8:], ONE[-8:].upper()),
        "instant_with_seconds.txt": other("one spelling", "07:10Z", "07:10:00Z"),
        "two_spaces.txt": other("single spaces", " 4711 ", "  4711 "),
        "no_last_line_feed.txt": made(BAD, "ends with a line feed", BACKUP[:-1]),
        "empty_line.txt": made(BAD, "nothing behind", BACKUP + "\n"),
        "empty.txt": made(BAD, "no text", ""),
    }


def restored_vectors() -> Vectors:
    def other(comment: str, old: str, new: str) -> bytes:
        return changed(RESTORED, comment, old, new)

    return {
        "ok.txt": made("ok", "a mark", RESTORED),
        "next_version.txt": other("a version unknown", "1 restored", "2 restored"),
        "no_pages.txt": other("a field is missing", "pages: 12\n", ""),
        "leading_zero.txt": other("one spelling", "12", "012"),
        "swapped.txt": other("the order is fixed", "made", "restored"),
        "line_too_many.txt": made(BAD, "nothing behind", RESTORED + "more: x\n"),
        "no_instant.txt": other("an instant", "07:10Z", "soon"),
        "empty.txt": made(BAD, "no text", ""),
    }


MAKERS: dict[str, Callable[[], Vectors]] = {
    "backup": backup_vectors,
    "restored": restored_vectors,
}


def files() -> dict[str, bytes]:
    """Every vector by its path below the folder of vectors."""
    return {
        f"station/{kind}/{name}": data
        for kind, make in MAKERS.items()
        for name, data in make().items()
    }

"""Archives that mean harm are refused before anything is unpacked."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from ruralsim.base.errors import InputError
from ruralsim.publish import archive as archives
from ruralsim.publish.archive import opened, write_archive


def packed(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return path


def linked(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> InputError:
    """Open it; nothing may be read of any entry before it is refused."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("an entry was opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", never)
    with pytest.raises(InputError) as caught, opened(path):
        pass
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value


@pytest.mark.parametrize(
    "name",
    ["../escape.md", "/etc/passwd.md", "a/../../b.md", "C:/windows.md", "a\\..\\b.md", "./a.md", "a//b.md", "a/ b .md",
     "a/b./c.md", "con\x07trol.md", "/".join("abcdefghij") + ".md", "x" * 300 + ".md"],
)  # fmt: skip
def test_names_that_leave_the_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "b.zip", (name, b"x"))
    assert refused(path, monkeypatch).code == "bundle_refused"


def test_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "b.zip", (linked("README.md"), b"/etc/passwd"))
    assert "link" in refused(path, monkeypatch).text("en")


@pytest.mark.parametrize("name", ["run.pkl", "run/model.py", "a.exe", "lib.so", "x.zip", "noending", "a.md.sh"])
def test_kinds_of_files_that_no_bundle_holds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "kind" in refused(packed(tmp_path / "b.zip", (name, b"x")), monkeypatch).text("en")


def test_two_entries_of_one_name_also_where_a_disk_does_not_tell_them_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path / "b.zip", ("README.md", b"x"), ("readme.MD", b"y"))
    assert "two entries" in refused(path, monkeypatch).text("en")


def test_a_zip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "b.zip", ("run/a.csv", b"0" * 20_000_000))
    assert path.stat().st_size < 100_000
    assert "bomb" in refused(path, monkeypatch).text("en")


def test_entries_that_share_their_stored_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "b.zip", ("a.csv", b"1,2,3\n" * 9), ("b.csv", b"1,2,3\n" * 9))
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)  # the second entry points at the first one's bytes
    path.write_bytes(bytes(content))
    assert "bomb" in refused(path, monkeypatch).text("en")


def test_ten_declared_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_RATIO", 10**12)
    path = packed(tmp_path / "b.zip", *((f"{k}.csv", b"1") for k in range(3)))
    content = bytearray(path.read_bytes())
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 24 : at + 28] = struct.pack("<I", 3_400_000_000)
    path.write_bytes(bytes(content))
    error = refused(path, monkeypatch)
    assert error.code == "bundle_too_large"
    assert "10.2 GB" in error.text("en")


def test_encryption_and_unusual_packing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "b.zip", ("a.csv", b"1,2\n" * 50), how=zipfile.ZIP_BZIP2)
    assert "unusual" in refused(path, monkeypatch).text("en")


def test_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_FILES", 20)
    path = packed(tmp_path / "b.zip", *((f"{k}.csv", b"1") for k in range(21)))
    assert refused(path, monkeypatch).code == "bundle_too_many"


def test_a_version_of_the_format_that_nothing_here_reads(tmp_path: Path) -> None:
    path = packed(tmp_path / "b.zip", ("a.csv", b"1,2\n"))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 6 : at + 8] = struct.pack("<H", 99)  # version needed to extract
    path.write_bytes(bytes(content))
    with pytest.raises(InputError) as caught, opened(path):
        pass
    assert caught.value.code == "bundle_no_archive"


@pytest.mark.parametrize("flag", [0x1, 0x20, 0x40, 0x2000])
def test_encrypted_and_patched_entries(flag: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "b.zip", ("a.csv", b"1,2\n"))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8 : at + 10] = struct.pack("<H", flag)
    path.write_bytes(bytes(content))
    assert "unusual" in refused(path, monkeypatch).text("en")


def test_whatever_byte_is_wrong_the_answer_is_a_message(tmp_path: Path) -> None:
    """Single bytes changed all over a small archive: refused, damaged, or read as it stands; never another error."""
    whole = packed(tmp_path / "b.zip", ("manifest.json", b"{}" * 40), ("run/a.csv", b"1,2,3\n" * 20)).read_bytes()
    path = tmp_path / "c.zip"
    said = set()
    for at in range(len(whole)):
        for mask in (0x01, 0x80, 0xFF):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
            try:
                with opened(path) as archive:
                    for name in archive.names:
                        archive.digest(name)
            except InputError as error:
                said.add(error.code)
    assert {"bundle_refused", "bundle_damaged", "bundle_no_archive"} <= said


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"PK\x05\x06" + b"\xff" * 18, b"PK\x03\x04" + b"\0" * 400])
def test_what_is_no_archive(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught, opened(path):
        pass
    assert caught.value.code == "bundle_no_archive"


def test_a_size_that_is_not_kept_is_found_while_reading(tmp_path: Path) -> None:
    path = packed(tmp_path / "b.zip", ("a.csv", b"1,2,3\n" * 100))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 700)  # 600 bytes, 700 declared
    path.write_bytes(bytes(content))
    with opened(path) as archive, pytest.raises(InputError) as caught:
        archive.read("a.csv")
    assert caught.value.code == "bundle_damaged"


def test_an_honest_archive_comes_back_as_it_went_in(tmp_path: Path) -> None:
    write_archive(tmp_path / "b.zip", {"run/a.csv": b"1\n", "表.md": "甲".encode()})
    with opened(tmp_path / "b.zip") as archive:
        assert archive.names == ("run/a.csv", "表.md")
        archive.unpack(tmp_path / "x", archive.names)
    assert (tmp_path / "x" / "表.md").read_text(encoding="utf-8") == "甲"
    assert io.BytesIO(b"1\n").getvalue() == (tmp_path / "x" / "run" / "a.csv").read_bytes()

"""The archive of a backup: a zip whose last part says what the others are, to the byte.

`manifest.json` holds the format, who wrote it, the state of the migrations, the number of rows of each table, the head of each
chain, and of every other part its size and SHA-256. A zip is read from its end: what was cut off is no zip any more.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

MANIFEST, PRODUCT, FORMAT = "manifest.json", "tongzhou", 1
LARGEST_MANIFEST = 64 * 2**20
CHUNK = 2**20
# Level 1 packs a database three to one and is as quick as the disk; deflate opens everywhere.
LEVEL = 1
PART = re.compile(r"database\.sqlite3|tables/[a-z0-9_]+\.copy|secrets/[a-z0-9_-]+|(imports|anchors)/[\w.-]+")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError, KeyError)


class Unfit(Exception):
    """A backup cannot be taken or brought in; the text says why, in one line for an administrator."""


class Writer:
    """Writes an archive beside its final name, readable to its owner alone; it has its name only when it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside = path.with_name(f".{path.name}.part-{os.getpid()}")
        self._file = os.fdopen(os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self.parts: dict[str, dict[str, Any]] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[_Hashed]:
        """Write a part piece by piece."""
        with self._zip.open(name, "w", force_zip64=True) as inner:
            hashed = _Hashed(inner)
            yield hashed
        self.parts[name] = {"size": hashed.size, "sha256": hashed.digest.hexdigest()}

    def add_file(self, name: str, path: Path) -> None:
        """Write a file as a part."""
        with path.open("rb") as file, self.part(name) as part:
            while piece := file.read(CHUNK):
                part.write(piece)

    def close(self, manifest: dict[str, Any]) -> str:
        """Write the manifest, wait for the disk, give the archive its name; return the SHA-256 of the manifest."""
        body = json.dumps(manifest | {"parts": self.parts}, ensure_ascii=False, sort_keys=True).encode()
        self._zip.writestr(MANIFEST, body)
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.link(self._beside, self.path)  # never over another file
        self._beside.unlink()
        sync_folder(self.path.parent)
        return hashlib.sha256(body).hexdigest()

    def drop(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._beside.unlink(missing_ok=True)


class _Hashed:
    """A part under way: written, counted and hashed."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner, self.size, self.digest = inner, 0, hashlib.sha256()

    def write(self, piece: bytes | bytearray | memoryview) -> None:
        self.inner.write(piece)
        self.digest.update(piece)
        self.size += len(piece)


class Reader:
    """Reads an archive and believes nothing: every part is compared with the manifest when it is read."""

    def __init__(self, path: Path) -> None:
        """:raises Unfit: if it is no whole archive of this product in a format that is known."""
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise Unfit(f"没有这个文件：{path}") from None
        except OSError as error:
            raise Unfit(f"无法读取 {path}：{error.strerror}") from error
        except _UNREADABLE as error:
            raise Unfit(f"{path.name} 不是完整的同舟备份文件（被截断，或不是备份）") from error
        self.manifest, self.digest = self._manifest()
        self.parts: dict[str, dict[str, Any]] = self.manifest["parts"]
        names = self._zip.namelist()
        if sorted(names) != sorted([*self.parts, MANIFEST]) or not all(PART.fullmatch(name) for name in self.parts):
            raise Unfit(f"{path.name} 的内容与清单不符，备份已损坏")

    def _manifest(self) -> tuple[dict[str, Any], str]:
        try:
            info = self._zip.getinfo(MANIFEST)
            body = self._zip.read(info) if info.file_size <= LARGEST_MANIFEST else b""
            found = json.loads(body)
        except (*_UNREADABLE, OSError) as error:
            raise Unfit(f"{self.path.name} 不是同舟的备份文件") from error
        if not isinstance(found, dict) or found.get("product") != PRODUCT:
            raise Unfit(f"{self.path.name} 不是同舟的备份文件")
        if found.get("format") != FORMAT:
            raise Unfit(f"{self.path.name} 由更新的版本（{found.get('version', '?')}）备份，请先升级再恢复")
        fits = isinstance(found.get("parts"), dict) and all(
            isinstance(one, dict) and isinstance(one.get("size"), int) for one in found["parts"].values()
        )
        if not fits or not all(isinstance(found.get(name), dict) for name in ("migrations", "tables", "chains")):
            raise Unfit(f"{self.path.name} 的清单已损坏")
        return found, hashlib.sha256(body).hexdigest()

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece; its size and SHA-256 have been compared when the last one was taken.

        :raises Unfit: if it is not what the manifest says.
        """
        known, size, digest = self.parts[name], 0, hashlib.sha256()
        try:
            with self._zip.open(name) as part:
                while piece := part.read(CHUNK):
                    size += len(piece)
                    if size > known["size"]:
                        break
                    digest.update(piece)
                    yield piece
        except (*_UNREADABLE, OSError) as error:
            raise Unfit(f"备份已损坏：{name} 无法读取") from error
        if size != known["size"] or digest.hexdigest() != known.get("sha256"):
            raise Unfit(f"备份已损坏：{name} 与清单不符")

    def check(self) -> None:
        """Read all of it. :raises Unfit: if any part is not what the manifest says."""
        for name in self.parts:
            for _piece in self.pieces(name):
                pass

    def copy(self, name: str, path: Path) -> None:
        """Write a part to a file of 0600 and wait for the disk. :raises Unfit: as `pieces`."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for piece in self.pieces(name):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    def named(self, folder: str) -> list[str]:
        """Return the parts of a folder."""
        return [name for name in self.parts if name.startswith(f"{folder}/")]


def sync_folder(folder: Path) -> None:
    """Wait until names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

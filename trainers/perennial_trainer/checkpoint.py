"""Checkpoints that survive a kill at any moment: the object first, then a manifest with its hash; the last two are
kept.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import BadJob
from .files import write_whole
from .progress import log

KEPT = 2


@dataclass(frozen=True)
class Checkpoint:
    """`blobs` are the learners' own bytes by name, `state` is small JSON (best score so far, ...)."""

    step: int
    blobs: Mapping[str, bytes]
    state: Mapping[str, Any]


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoint folder of one job. `every` is in steps; 0 means that nothing is ever written."""

    folder: Path
    every: int
    fingerprint: str

    def due(self, step: int) -> bool:
        return self.every > 0 and step % self.every == 0

    def save(self, checkpoint: Checkpoint) -> None:
        if self.every == 0:
            return
        content = _pack(checkpoint.blobs)
        name = f"step-{checkpoint.step:08d}"
        manifest = {
            "step": checkpoint.step,
            "object": f"{name}.zip",
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "fingerprint": self.fingerprint,
            "state": dict(checkpoint.state),
        }
        try:
            write_whole(self.folder / f"{name}.zip", content)
            write_whole(self.folder / f"{name}.json", json.dumps(manifest).encode())
        except NotADirectoryError as error:
            raise BadJob(f"the checkpoint folder {self.folder} is not a folder") from error
        self._forget_old()

    def latest(self, at_most: int) -> Checkpoint | None:
        """The newest checkpoint of this very job that is whole; what is not is said on stderr and passed over.

        `at_most` leaves out steps beyond the job's goal: a model cannot be trained backwards.
        """
        for manifest in sorted(self.folder.glob("step-*.json"), reverse=True):
            checkpoint = self._read(manifest)
            if checkpoint is not None and checkpoint.step <= at_most:
                return checkpoint
        return None

    def _read(self, path: Path) -> Checkpoint | None:
        try:
            manifest = json.loads(path.read_bytes())
            if manifest["fingerprint"] != self.fingerprint:
                log(f"checkpoint {path.name} belongs to other data or parameters; passed over")
                return None
            content = (self.folder / manifest["object"]).read_bytes()
            if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
                log(f"checkpoint {path.name}: {len(content)} of {manifest['bytes']} bytes, or altered; passed over")
                return None
            return Checkpoint(manifest["step"], _unpack(content), manifest["state"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            log(f"checkpoint {path.name} cannot be read ({error!r}); passed over")
            return None

    def _forget_old(self) -> None:
        for manifest in sorted(self.folder.glob("step-*.json"))[:-KEPT]:
            # Manifest first: an object without a manifest is rubbish, a manifest without an object would be a lie.
            manifest.unlink(missing_ok=True)
            manifest.with_suffix(".zip").unlink(missing_ok=True)


def _pack(blobs: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, blob in blobs.items():
            archive.writestr(name, blob)
    return buffer.getvalue()


def _unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}

"""One instance: what moto knows about it, the guest that runs for it, and the seconds to be paid for."""

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.ec2.models.instances import Instance, StateReason

from .guests import Guest
from .metadata import as_document
from .settings import Settings

CODE_OF_STATE = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
ENDING = ("shutting-down", "terminated")
_LEAST_BILLED_SECONDS = 60


@dataclass
class Notice:
    """A spot interruption that was announced."""

    at: str


class Machine:
    def __init__(self, instance: Instance, region: str, settings: Settings) -> None:
        self.instance = instance
        self.region = region
        self.settings = settings
        self.guest: Guest | None = None
        self.notice: Notice | None = None
        self.dead = False
        """Its processes are gone, and its cloud has not noticed: it stays `running`, and is paid for."""
        self.seen_from = time.monotonic() + settings.unseen_seconds
        self._paid = 0.0
        self._paid_from: float | None = None
        self.phase = "pending"
        self.enter("pending")

    @property
    def id(self) -> str:
        return self.instance.id

    @property
    def market(self) -> str:
        return self.instance.lifecycle or "on-demand"

    @property
    def zone(self) -> str:
        return self.instance.placement.zone or f"{self.region}a"

    @property
    def tags(self) -> dict[str, str]:
        return {tag["key"]: tag["value"] for tag in self.instance.get_tags()}

    def enter(self, phase: str) -> None:
        """Sets the state that moto shows, and starts or stops the meter."""
        self.phase = phase
        self.instance._state.name = phase
        self.instance._state.code = CODE_OF_STATE[phase]
        if phase == "running":
            self._paid_from = time.monotonic()
        elif self._paid_from is not None:
            self._paid, self._paid_from = self.metered_seconds(), None

    def explain(self, code: str) -> None:
        self.instance.state_reason = StateReason(f"{code}: fakecloud", code)
        # EC2 tells the instant of an end that was asked for, by its user or by itself, and of no other.
        by = {"Client.UserInitiatedShutdown": "User", "Server.SpotInstanceTermination": "Service"}.get(code)
        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S GMT")
        self.instance._reason = f"{by} initiated ({at})" if by else ""

    def metered_seconds(self) -> float:
        """While it was running: pending and shutting-down cost nothing."""
        return self._paid + (0.0 if self._paid_from is None else time.monotonic() - self._paid_from)

    def billed_seconds(self) -> int:
        """What stands on the bill: whole seconds, and a minute at least for a machine that ever ran."""
        metered = self.metered_seconds()
        return max(_LEAST_BILLED_SECONDS, math.ceil(metered)) if metered > 0 else 0

    def announce(self, grace_seconds: float) -> None:
        at = datetime.now(UTC) + timedelta(seconds=grace_seconds)
        self.notice = Notice(at.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def metadata(self) -> dict[str, str]:
        """Everything that its metadata service knows, by path below /latest."""
        entries = {
            "meta-data/instance-id": self.id,
            "meta-data/instance-type": self.instance.instance_type,
            "meta-data/instance-life-cycle": self.market,
            "meta-data/ami-id": str(self.instance.image_id),
            "meta-data/local-ipv4": str(self.instance.private_ip),
            "meta-data/placement/availability-zone": self.zone,
            "meta-data/placement/region": self.region,
            "dynamic/instance-identity/document": as_document(self._identity()),
        }
        user_data = self.instance.user_data
        if user_data:
            entries["user-data"] = str(user_data)
        if self.instance.metadata_options.instance_metadata_tags == "enabled":
            entries |= {f"meta-data/tags/instance/{key}": value for key, value in self.tags.items()}
        if self.notice:
            action = {"action": "terminate", "time": self.notice.at}
            entries["meta-data/spot/instance-action"] = as_document(action)
            entries["meta-data/spot/termination-time"] = self.notice.at
        return entries | self._role()

    def _identity(self) -> dict[str, str]:
        return {
            "accountId": self.instance.owner_id,
            "architecture": self.instance.architecture,
            "availabilityZone": self.zone,
            "imageId": str(self.instance.image_id),
            "instanceId": self.id,
            "instanceType": self.instance.instance_type,
            "privateIp": str(self.instance.private_ip),
            "region": self.region,
            "version": "2017-09-30",
        }

    def _role(self) -> dict[str, str]:
        keys, profile = self.settings.role_keys, self._profile()
        if keys is None or profile is None:
            return {}
        now = datetime.now(UTC)
        credentials = {
            "Code": "Success",
            "Type": "AWS-HMAC",
            "LastUpdated": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Expiration": (now + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "AccessKeyId": keys["accessKeyId"],
            "SecretAccessKey": keys["secretAccessKey"],
            "Token": keys.get("sessionToken", ""),
        }
        return {f"meta-data/iam/security-credentials/{profile}": as_document(credentials)}

    def _profile(self) -> str | None:
        """Its role has the name of its instance profile."""
        associations: dict[str, Any] = self.instance.ec2_backend.iam_instance_profile_associations
        association = associations.get(self.id)
        return association.iam_instance_profile.name if association else None

"""All machines of the cloud, and how they come and go."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from moto.ec2.models.instances import Instance

from .forwarding import Forwarder
from .guests import Guest, furnish
from .machine import ENDING, Machine
from .metadata import Metadata
from .namespaced import NamespacedGuest, can_isolate
from .settings import Settings
from .unprivileged import UnprivilegedGuest


class Fleet:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.isolated = can_isolate() if settings.namespaces is None else settings.namespaces
        self.machines: dict[str, Machine] = {}
        # Also held during every call of the EC2 interface: nobody sees a state that is half changed.
        self.lock = threading.RLock()
        self._forwarder = Forwarder()
        # One thread for the life of the cloud, because guests die with the thread that started them.
        self._boots = ThreadPoolExecutor(max_workers=1, thread_name_prefix="boot")

    def adopt(self, instance: Instance, region: str) -> None:
        """Takes over an instance that moto has just made: pending, then running."""
        machine = Machine(instance, region, self.settings)
        self.machines[instance.id] = machine
        _later(self.settings.pending_seconds, self._boot, machine)

    def restart(self, instance_id: str) -> None:
        machine = self.machines[instance_id]
        machine.enter("pending")
        _later(self.settings.pending_seconds, self._boot, machine)

    def end(self, instance_id: str, reason: str, told: bool = True) -> None:
        """Shutting down, then terminated. A machine that has gone already stays as it was."""
        with self.lock:
            machine = self.machines[instance_id]
            if machine.phase in ENDING:
                return
            # Moto gives back disks and network cards; when it is over is ours to say.
            machine.instance.terminate()
            machine.enter("shutting-down")
            machine.explain(reason)
        _spawn(self._finish, machine, "terminated", told)

    def stop(self, instance_id: str, reason: str) -> None:
        with self.lock:
            machine = self.machines[instance_id]
            if machine.phase not in ("pending", "running"):
                return
            machine.enter("stopping")
            machine.explain(reason)
        _spawn(self._finish, machine, "stopped", True)

    def interrupt(self, instance_id: str, grace_seconds: float) -> None:
        """Announces the end to the guest, and brings it after the grace."""
        self.machines[instance_id].announce(grace_seconds)
        _later(grace_seconds, self.end, instance_id, "Server.SpotInstanceTermination")

    def crash(self, instance_id: str, unnoticed: bool) -> None:
        """The power goes. Unnoticed: the cloud goes on showing, and charging for, a running machine."""
        machine = self.machines[instance_id]
        if not unnoticed:
            self.end(instance_id, "Server.InternalError", told=False)
            return
        machine.dead = True
        if machine.guest:
            machine.guest.cut_power()

    def close(self) -> None:
        for machine in list(self.machines.values()):
            if machine.guest:
                machine.guest.cut_power()
        for machine in list(self.machines.values()):
            if machine.guest:
                machine.guest.wait()
        self._boots.shutdown(wait=False, cancel_futures=True)

    def _boot(self, machine: Machine) -> None:
        self._boots.submit(self._start, machine)

    def _start(self, machine: Machine) -> None:
        if machine.phase != "pending":
            return
        guest = self._guest_of(machine)
        with self.lock:
            wanted = machine.phase == "pending"
            machine.guest = guest
            if wanted:
                machine.enter("running")
        _spawn(self._watch, machine, guest)
        if not wanted:
            guest.cut_power()

    def _guest_of(self, machine: Machine) -> Guest:
        user_data = machine.instance.user_data
        furnishing = furnish(machine.id, machine.region, str(user_data) if user_data else None, self.settings)
        metadata = Metadata(machine.metadata)
        if self.isolated:
            return NamespacedGuest(furnishing, metadata, self.settings.forward, self._forwarder)
        return UnprivilegedGuest(furnishing, metadata)

    def _watch(self, machine: Machine, guest: Guest) -> None:
        guest.wait()
        guest.release()
        if machine.phase != "running" or machine.dead:
            return
        # The guest powered itself off: what that means was said when it was launched.
        if machine.instance.instance_initiated_shutdown_behavior == "terminate":
            self.end(machine.id, "Client.InstanceInitiatedShutdown")
        else:
            self.stop(machine.id, "Client.InstanceInitiatedShutdown")

    def _finish(self, machine: Machine, phase: str, told: bool) -> None:
        started = time.monotonic()
        if machine.guest and told:
            machine.guest.power_off()
        elif machine.guest:
            machine.guest.cut_power()
            machine.guest.wait()
        time.sleep(max(0.0, self.settings.shutting_down_seconds - (time.monotonic() - started)))
        with self.lock:
            # A machine that is terminated while it stops is terminated.
            if phase == "terminated" or machine.phase == "stopping":
                machine.enter(phase)


def _later(seconds: float, do: Callable[..., None], *arguments: object) -> None:
    timer = threading.Timer(seconds, do, arguments)
    timer.daemon = True
    timer.start()


def _spawn(do: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=do, args=arguments, daemon=True).start()

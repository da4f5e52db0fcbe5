"""Every platform that is played, one line each."""

from simulator.platform import SimulatedPlatform
from simulator.telegram.platform import SimulatedTelegram
from simulator.whatsapp.platform import SimulatedWhatsApp

SIMULATED: dict[str, SimulatedPlatform] = {
    platform.key: platform for platform in (SimulatedWhatsApp(), SimulatedTelegram())
}

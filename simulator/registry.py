"""Every platform that is played, one line each."""

from simulator.discord.platform import SimulatedDiscord
from simulator.instagram.platform import SimulatedInstagram
from simulator.linkedin.platform import SimulatedLinkedIn
from simulator.messenger.platform import SimulatedMessenger
from simulator.platform import SimulatedPlatform
from simulator.rbm.platform import SimulatedRbm
from simulator.slack.platform import SimulatedSlack
from simulator.sms.platform import SimulatedSms
from simulator.teams.platform import SimulatedTeams
from simulator.telegram.platform import SimulatedTelegram
from simulator.whatsapp.platform import SimulatedWhatsApp

SIMULATED: dict[str, SimulatedPlatform] = {
    platform.key: platform
    for platform in (
        SimulatedWhatsApp(),
        SimulatedTelegram(),
        SimulatedMessenger(),
        SimulatedInstagram(),
        SimulatedSlack(),
        SimulatedSms(),
        SimulatedDiscord(),
        SimulatedRbm(),
        SimulatedLinkedIn(),
        SimulatedTeams(),
    )
}

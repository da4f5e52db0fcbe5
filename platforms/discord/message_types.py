"""The types of messages: those that people write, and those that tell in a channel what happened to it.

https://docs.discord.com/developers/resources/message#message-object-message-types
"""

SYSTEM = {
    # 13, 30 and 63 are on no page: discord.py names them.
    1: "recipient added",
    2: "recipient removed",
    3: "call",
    4: "channel renamed",
    5: "channel icon changed",
    6: "message pinned",
    7: "member joined",
    8: "server boosted",
    9: "server boosted to tier 1",
    10: "server boosted to tier 2",
    11: "server boosted to tier 3",
    12: "channel followed",
    13: "stream started",
    14: "discovery disqualified",
    15: "discovery requalified",
    16: "discovery warning",
    17: "discovery last warning",
    18: "thread created",
    22: "invitation reminder",
    24: "automatic moderation",
    25: "role subscription",
    26: "premium interaction",
    27: "stage started",
    28: "stage ended",
    29: "stage speaker",
    30: "stage hand raised",
    31: "stage topic",
    32: "application subscription",
    36: "incident alert on",
    37: "incident alert off",
    38: "raid reported",
    39: "false alarm reported",
    44: "purchase",
    46: "poll result",
    63: "emoji added",
}
THREAD_STARTER = 21
ANSWERS = frozenset({19, 23})
"""A reply, and what came of a command on a message. In other types the reference is no quote."""

"""Vonage's four lists of codes: what the SMS API answers, what its receipts say, what the Messages API's say.

https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms
https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts
https://developer.vonage.com/en/api-errors/messages
"""

from datetime import timedelta

from platforms.sms.meanings import (
    Meaning,
    Meanings,
    absent,
    down,
    gone,
    opted_out,
    ours,
    rejected,
    slower,
)

ANSWERS: Meanings = {
    "1": slower("Too many messages."),
    "2": rejected("Something is missing."),
    "3": rejected("Something is not valid."),
    "4": ours("The credentials are refused."),
    "5": down("Vonage has a problem."),
    "6": rejected("The message is not valid."),
    "7": gone("The number is barred."),
    "8": ours("The account is barred."),
    "9": ours("The account has no credit left."),
    "10": slower("Too many connections."),
    "11": ours("The account may not send that way."),
    "12": rejected("The message is too long."),
    "14": ours("The signature is wrong."),
    "15": ours("The sender is not allowed."),
    "22": gone("The network code is wrong."),
    "23": ours("The callback's address is not valid."),
    "29": ours("A trial account writes to listed numbers only."),
    "32": ours("Both a signature and a secret were sent."),
    "33": ours("The number has been deactivated."),
}
"""`status` of a part in the answer of the SMS API."""

DELIVERY: Meanings = {
    "1": Meaning("The carrier gives no reason.", later=True),
    "2": absent("The phone is off or out of reach."),
    "3": gone("The number is no longer in use."),
    "4": gone("The number is barred."),
    "5": Meaning("The number is being moved to another carrier.", later=True),
    "6": rejected("The carrier took it for spam."),
    "7": absent("The phone is busy."),
    "8": Meaning("The carrier's network has a problem.", later=True),
    "9": opted_out("The contact has opted out."),
    "10": rejected("The message is not allowed."),
    "11": gone("There is no route to this number."),
    "12": absent("The number is out of reach."),
    "13": gone("The contact's age is not enough."),
    "14": gone("The number or its carrier blocks messages."),
    "15": gone("The contact's prepaid account is empty."),
    "16": ours("The quota of the gateway is used up."),
    "50": rejected("Refused by a filter."),
    "51": rejected("Refused by a filter for the sender."),
    "52": rejected("Refused by a filter for the number."),
    "53": rejected("Refused by a filter for the content."),
    "54": rejected("Refused by a filter for the country."),
    "99": Meaning("An error of no kind.", later=True),
}
"""`err-code` of a receipt of the SMS API."""

_MUCH_LATER = timedelta(hours=12)

CALLBACK: Meanings = {
    "1000": slower("Too many messages."),
    "1010": rejected("Something is missing."),
    "1020": rejected("Something is not valid."),
    "1021": rejected("Something is not valid."),
    "1022": rejected("Something is not valid."),
    "1030": Meaning("Vonage has a problem.", later=True),
    "1040": rejected("The message is not valid."),
    "1050": gone("The number is barred."),
    "1060": ours("The account is barred."),
    "1070": ours("The account has no credit left."),
    "1080": ours("The account may not send that way."),
    "1090": rejected("The message is too long."),
    "1100": Meaning("The connection failed.", later=True),
    "1120": ours("The sender is not allowed."),
    "1130": rejected("The time to live is not valid."),
    "1140": ours("The account may not do this."),
    "1150": rejected("The class of the message is not valid."),
    "1160": ours("A trial account writes to listed numbers only."),
    "1170": gone("The number is not valid."),
    "1180": absent("The phone is off or out of reach."),
    "1190": gone("The number is no longer in use."),
    "1200": gone("The number is being moved to another carrier."),
    "1210": rejected("The carrier took it for spam."),
    "1220": absent("The phone is busy."),
    "1230": Meaning("The carrier's network has a problem.", later=True),
    "1240": opted_out("The contact has opted out."),
    "1241": slower("Too many messages to this number.", _MUCH_LATER),
    "1250": gone("There is no route to this number."),
    "1260": gone("The number is out of reach."),
    "1270": gone("The contact's age is not enough."),
    "1280": gone("The carrier blocks it."),
    "1290": gone("The contact's prepaid account is empty."),
    "1300": gone("The number is not on this channel."),
    "1310": gone("The number is not on this channel."),
    "1320": rejected("It was sent before."),
    "1330": Meaning("Nobody says why.", later=True),
    "1331": Meaning("The provider has a problem.", later=True),
    "1340": rejected("Outside of the window for answers."),
    "1360": rejected("Not delivered within its time."),
    "1370": ours("A token has expired."),
    **dict.fromkeys(map(str, range(1380, 1390)), rejected("The file is refused.")),
}
"""Of a status of the Messages API. Its answers to sends have numbers of another kind: there the HTTP status decides."""

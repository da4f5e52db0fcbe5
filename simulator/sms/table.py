"""The providers that are played, one line each.

| provider | send                                         | credentials        | reports                         | proof of a webhook          |
|----------|----------------------------------------------|--------------------|---------------------------------|-----------------------------|
| twilio   | POST /2010-04-01/Accounts/{sid}/Messages.json | basic              | form, to `StatusCallback`       | HMAC-SHA1 of address + form |
| vonage   | POST /v1/messages                            | basic              | JSON, to `webhook_url`          | JWT with the body's hash    |
| vonage   | POST /sms/json                               | `api_key`, `api_secret` | form or JSON, to `callback` | the parameter `sig`         |
| zenvia   | POST /v2/channels/sms/messages               | `X-API-TOKEN`      | JSON, to the subscription       | the header `X-Hook-Token`   |
| infobip  | POST /sms/3/messages                         | `App` key          | JSON, to `webhooks.delivery.url` | basic                      |
| sinch    | POST /xms/v1/{plan}/batches                  | bearer             | JSON, to `callback_url`         | HMAC-SHA256 with a nonce    |

What is asked besides: Twilio's account, balance, senders and services; Vonage's balance, numbers and applications; Zenvia's
subscriptions; Infobip's balance and log; Sinch's list of batches.
"""  # noqa: E501  a table

from simulator.sms.infobip.provider import PROVIDER as INFOBIP
from simulator.sms.provider import Provider
from simulator.sms.sinch.provider import PROVIDER as SINCH
from simulator.sms.twilio.provider import PROVIDER as TWILIO
from simulator.sms.vonage.provider import PROVIDER as VONAGE
from simulator.sms.zenvia.provider import PROVIDER as ZENVIA

PROVIDERS: dict[str, Provider] = {
    "twilio": TWILIO,
    "vonage": VONAGE,
    "zenvia": ZENVIA,
    "infobip": INFOBIP,
    "sinch": SINCH,
}
"""By `SmsAccount.provider`."""

"""What an answer to a send says where a provider's own table does not know its code."""

from http import HTTPStatus

import httpx

from platforms.reading import Json, as_object, read_json
from platforms.sms.meanings import Meaning, down, ours, rejected, slower

_BY_STATUS: dict[int, Meaning] = {
    HTTPStatus.UNAUTHORIZED: ours("The credentials are refused."),
    HTTPStatus.PAYMENT_REQUIRED: ours("The account has no credit left."),
    HTTPStatus.FORBIDDEN: ours("The account may not do this."),
    HTTPStatus.NOT_FOUND: ours("The account does not exist."),
    HTTPStatus.TOO_MANY_REQUESTS: slower("Too many requests."),
    HTTPStatus.SERVICE_UNAVAILABLE: down("The provider is not available."),
}
_REJECTED = rejected("The message is refused.")


def unlisted(response: httpx.Response) -> Meaning:
    return _BY_STATUS.get(response.status_code, _REJECTED)


def body_of(response: httpx.Response) -> Json:
    """The answer's object; an empty one where it is something else."""
    try:
        return as_object(read_json(response.content))
    except ValueError:
        return {}

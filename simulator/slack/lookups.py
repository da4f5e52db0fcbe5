"""The methods that send nothing: who we are, people, conversations, the status below a thread."""

from simulator import clock
from simulator.contacts import Contact
from simulator.slack.call import Call, Effect, returns
from simulator.slack.errors import SlackError, missing
from simulator.slack.world import PERSON, TS, Json


def auth_test(call: Call) -> Effect:
    """https://docs.slack.dev/reference/methods/auth.test."""
    account = call.account
    until = account.token_expires_at
    life = {"expires_in": int((until - clock.now()).total_seconds())} if until else {}
    return returns(
        {
            **life,
            "url": f"https://{account.domain}.slack.com/",
            "team": account.domain,
            "user": account.name,
            "team_id": call.team,
            "user_id": account.bot_user_id,
            "bot_id": account.bot_id,
            "is_enterprise_install": False,
        }
    )


def user_object(person: Contact, team: str) -> Json:
    """https://docs.slack.dev/reference/objects/user-object."""
    handle = "".join(filter(str.isalnum, person.name.lower())) or person.address.lower()
    profile = {
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "team": team,
    }
    return {
        "id": person.address,
        "team_id": team,
        "name": handle,
        "real_name": person.name,
        "deleted": person.blocked,
        "is_bot": False,
        "profile": profile,
    }


def users_info(call: Call) -> Effect:
    """https://docs.slack.dev/reference/methods/users.info."""
    user = call.args.text("user")
    person = call.person(user) if PERSON.fullmatch(user) else None
    if person is None:
        raise SlackError("user_not_found")
    return returns({"user": user_object(person, call.team)})


def conversations_open(call: Call) -> Effect:
    """https://docs.slack.dev/reference/methods/conversations.open: with one person, or by its id."""
    channel = call.args.text("channel")
    if channel:
        return returns({"channel": {"id": call.chat(channel).id}})
    users = [user.strip() for user in call.args.text("users").split(",") if user.strip()]
    if not users:
        raise SlackError("users_list_not_supplied")
    person = call.person(users[0]) if PERSON.fullmatch(users[0]) else None
    if person is None or len(users) > 1:
        raise SlackError("user_not_found")
    if person.blocked:
        raise SlackError("user_disabled")
    opened = {"id": call.world.private_chat(call.team, person.address)}
    return returns({"no_op": True, "already_open": True, "channel": opened})


def conversations_info(call: Call) -> Effect:
    """https://docs.slack.dev/reference/methods/conversations.info."""
    given = call.args.text("channel")
    if not given or PERSON.fullmatch(given):
        raise SlackError("channel_not_found")
    try:
        chat = call.chat(given)
    except SlackError as error:
        # Channels that the app is not in, and old ones, can be looked at.
        if error.code == "channel_not_found":
            raise
        state = {"is_archived": error.code == "is_archived", "is_member": False}
        return returns({"channel": {"id": given, "is_channel": True, "is_im": False, **state}})
    if chat.person is not None:
        other = {"is_im": True, "user": chat.person.address, "is_user_deleted": chat.person.blocked}
        return returns({"channel": {"id": chat.id, **other}})
    kinds = {"is_channel": True, "is_im": False, "is_private": chat.id.startswith("G")}
    return returns(
        {"channel": {"id": chat.id, "name": chat.id.lower(), **kinds, "is_member": True}}
    )


def set_status(call: Call) -> Effect:
    """https://docs.slack.dev/reference/methods/assistant.threads.setStatus; an empty status takes it away."""
    channel, ts = call.args.required("channel_id", "thread_ts")
    if "status" not in call.args.values:
        raise missing("status")
    chat = call.chat(channel)
    known = TS.fullmatch(ts) and call.world.message(call.team, chat.id, ts) is not None
    if not known and not call.account.trusting:
        raise SlackError("invalid_thread_ts")
    return returns({})

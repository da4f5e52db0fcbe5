"""Files: asked for a place, put there, shared; and what the API tells of them.

https://docs.slack.dev/messaging/working-with-files#upload, https://docs.slack.dev/reference/objects/file-object
"""

import mimetypes
import secrets
from pathlib import PurePosixPath
from urllib.parse import quote

from simulator import clock
from simulator.slack.arguments import Arguments
from simulator.slack.blocks import read_blocks
from simulator.slack.call import Call, Chat, Effect, reached, returns
from simulator.slack.errors import SlackError, missing
from simulator.slack.posting import accept, knows_file
from simulator.slack.world import Json, SlackFile, new_id

MAX_FILE = 1024 * 1024 * 1024
"""https://slack.com/help/articles/201330736-Add-files-to-Slack"""


def new_file(team: str, owner: str, name: str, size: int, mime_type: str | None) -> SlackFile:
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return SlackFile(
        id=new_id("F"),
        team=team,
        owner=owner,
        name=name,
        size=size,
        title=name,
        mime_type=mime_type or guessed,
        created=int(clock.unix()),
    )


def file_object(file: SlackFile, base_url: str) -> Json:
    """As messages and `files.info` show it; without an address where nobody knows ours."""
    shown: Json = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mime_type,
        "filetype": PurePosixPath(file.name).suffix.lstrip(".") or "binary",
        "user": file.owner,
        "user_team": file.team,
        "size": file.size,
        "is_external": False,
        "external_type": "",
    }
    if file.subtype:
        shown["subtype"] = file.subtype
    if not base_url:
        return {**shown, "mode": "hosted", "file_access": "check_file_info"}
    place = f"{base_url}/files-pri/{file.team}-{file.id}"
    return {
        **shown,
        "mode": "hosted",
        "file_access": "visible",
        "url_private": f"{place}/{quote(file.name, safe='')}",
        "url_private_download": f"{place}/download/{quote(file.name, safe='')}",
    }


def get_upload_url(call: Call) -> Effect:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal."""
    name, length = call.args.required("filename", "length")
    if not length.isascii() or not length.isdigit() or int(length) == 0:
        raise SlackError("invalid_arguments", ["must be greater than 0 [json-pointer:/length]"])
    if int(length) > MAX_FILE:
        raise SlackError("file_upload_size_restricted")

    async def effect() -> Json:
        file = new_file(call.team, call.account.bot_user_id, name, int(length), None)
        key = secrets.token_urlsafe(24)
        call.world.files.put((call.team, file.id), file)
        call.world.uploads.put(key, file)
        return {"upload_url": f"{call.base_url}/upload/v1/{key}", "file_id": file.id}

    return effect


def complete_upload(call: Call) -> Effect:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal."""
    files = _uploaded(call)
    chats = [reached(chat) for chat in _chats(call)]
    threads = [call.thread(chat) for chat in chats]
    words = _words(call)

    async def effect() -> Json:
        for file, title in files:
            file.title = title or file.name
        for chat, thread_ts in zip(chats, threads, strict=True):
            thread = {"thread_ts": thread_ts} if thread_ts else {}
            await _share(call, chat, [file for file, _ in files], {**words, **thread})
        return {"files": [file_object(file, call.base_url) for file, _ in files]}

    return effect


def shares(args: Arguments) -> bool:
    """Whether the call sends a message: without a channel the files stay the app's own."""
    return bool(args.text("channel_id") or args.text("channels"))


def _uploaded(call: Call) -> list[tuple[SlackFile, str | None]]:
    given = call.args.structure("files", list, "invalid_arguments")
    if not given:
        raise missing("files")
    found: list[tuple[SlackFile, str | None]] = []
    for item in given:
        key = item.get("id") if isinstance(item, dict) else None
        file = call.world.files.get((call.team, key)) if isinstance(key, str) else None
        if file is None or not file.uploaded or file.shares:
            raise SlackError("file_not_found")
        found.append((file, item.get("title")))
    return found


def _chats(call: Call) -> list[Chat]:
    """`channel_id` takes the ids of channels only; `channels`, the older one, people as well."""
    one = call.args.text("channel_id")
    if one and one[:1] not in {"C", "D", "G"}:
        raise SlackError("channel_not_found")
    several = [key.strip() for key in call.args.text("channels").split(",") if key.strip()]
    return [call.chat(key) for key in ([one] if one else several)]


def _words(call: Call) -> Json:
    comment = call.args.text("initial_comment")
    blocks = read_blocks(call.args, lambda file: knows_file(call, file))
    return {"text": comment, **({"blocks": blocks} if blocks else {})}


async def _share(call: Call, chat: Chat, files: list[SlackFile], words: Json) -> None:
    shown = [file_object(file, call.base_url) for file in files]
    request = call.args.recorded()
    request["files"] = [
        {key: one[key] for key in ("id", "title", "name", "mimetype", "size")} for one in shown
    ]
    message = await accept(
        call,
        chat,
        {**words, "subtype": "file_share", "files": shown, "upload": True},
        request=request,
        kind=kind_of(files[0]),
    )
    for file in files:
        file.shares.append((chat.id, message["ts"]))


def kind_of(file: SlackFile) -> str:
    family = file.mime_type.partition("/")[0]
    return family if family in {"image", "video", "audio"} else "document"


def files_info(call: Call) -> Effect:
    """https://docs.slack.dev/reference/methods/files.info: it alone tells which message shared a file."""
    (key,) = call.args.required("file")
    file = call.world.files.get((call.team, key))
    if file is None or not file.uploaded:
        raise SlackError("file_not_found")
    shown = file_object(file, call.base_url)
    private: Json = {}
    public: Json = {}
    for channel, ts in file.shares:
        places = public if channel.startswith("C") else private
        places.setdefault(channel, []).append({"ts": ts, "team_id": file.team, "reply_users": []})
    found = {"public": public, "private": private}
    shown["shares"] = {kind: places for kind, places in found.items() if places}
    shown["channels"] = list(public)
    shown["ims"] = [channel for channel in private if channel.startswith("D")]
    shown["groups"] = [channel for channel in private if channel.startswith("G")]
    return returns({"file": shown, "comments": []})

"""The one file that a content may have: found, and put back with more known about it."""

from domain.content import CardContent, MediaContent, MediaRef, MessageContent, TemplateContent


def file_of(content: MessageContent) -> MediaRef | None:
    """The file of a content, wherever that kind of content has it."""
    match content:
        case (
            MediaContent(media=media)
            | CardContent(media=MediaRef() as media)
            | TemplateContent(header_media=MediaContent(media=media))
        ):
            return media
        case _:
            return None


def with_file(content: MessageContent, media: MediaRef) -> MessageContent:
    """The content with this in place of its file."""
    if isinstance(content, TemplateContent) and content.header_media is not None:
        header = content.header_media.model_copy(update={"media": media})
        return content.model_copy(update={"header_media": header})
    return content.model_copy(update={"media": media})

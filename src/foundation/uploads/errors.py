"""The error of an uploaded file."""

from foundation.i18n import LazyText


class UploadError(Exception):
    """The file is refused; `text` says why and what to do."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text

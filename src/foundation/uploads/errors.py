"""What is wrong with a file that somebody chose."""

from foundation.i18n import LazyText


class UploadError(Exception):
    """The file can't be kept; `text` says why and what to do."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text

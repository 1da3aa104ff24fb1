"""The one exception a user may meet."""


class Refused(Exception):
    """The product declines a request.

    `code` is a stable machine word (`database_busy`); `message` is one Indonesian
    sentence that says what to do next. Nothing has changed in the store when it is raised.
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message

"""What a request would like best, by its Accept headers (RFC 9110, 12.5)."""


def weights(header: str) -> dict[str, float]:
    """Return the weight (0 to 1) of each name in an Accept header, in lower case; nonsense weighs 0."""
    found: dict[str, float] = {}
    for entry in header.split(","):
        name, *parameters = (part.strip().lower() for part in entry.split(";"))
        given = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "1")
        try:
            found[name] = float(given)
        except ValueError:
            found[name] = 0.0
    return found


def preferred(header: str, first: str, second: str) -> str:
    """Return which of two names a header prefers; the first when it has no preference."""
    given = weights(header)
    return second if given.get(second, 0.0) > given.get(first, 0.0) else first

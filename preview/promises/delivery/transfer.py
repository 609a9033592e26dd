"""How long bytes take over a new connection: slow start, then the rate of the line."""

import numpy as np

from preview.facts import fact
from preview.promises.users.weighted import Floats


def transfer_s(size: float, round_trip_s: Floats, bytes_per_s: Floats) -> Floats:
    """Seconds from the first byte of an answer to its last, without loss.

    A sender may have a window of bytes on the way. It begins at ten segments and doubles with each round trip, until
    the line's rate limits, not the window.
    """
    window = fact("net.initial_window").value
    elapsed = np.zeros_like(round_trip_s)
    left = size
    while left > window:
        elapsed += np.maximum(round_trip_s, window / bytes_per_s)
        left -= window
        window *= 2
    return elapsed + left / bytes_per_s

"""The main loop of a Python peer: one JSON request per line on stdin, one reply per line on stdout."""

import json
import math
import os
import sys
import time
import traceback


class Absent(Exception):
    """Raised by `prepare` to say that the peer cannot take part."""


def serve(prepare):
    """`prepare(request)` returns (versions, threads, run); `run(steps)` returns a list of numbers."""
    # Libraries greet the user on stdout, which belongs to the protocol.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["command"] == "load":
                versions, threads, run = prepare(request)
                reply = {"event": "ready", "versions": versions, "threads": threads}
            else:
                start, cpu_start = time.perf_counter(), time.process_time()
                values = run(request["steps"])
                milliseconds = (time.perf_counter() - start) * 1000
                cpu_milliseconds = (time.process_time() - cpu_start) * 1000
                if not all(math.isfinite(value) for value in values):
                    raise ValueError("run: a value is not finite")
                reply = {
                    "event": "ran",
                    "milliseconds": milliseconds,
                    "cpuMilliseconds": cpu_milliseconds,
                    "values": values,
                }
        except Absent as reason:
            reply = {"event": "absent", "reason": str(reason)}
        except Exception:
            reply = {"event": "failed", "error": traceback.format_exc()}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()

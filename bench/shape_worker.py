"""The baselines' worker as a process: `python -m bench.shape_worker ADDRESS PORT SEND_URL TOKEN`."""

import asyncio
import sys

from bench.shapes import serve

if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))

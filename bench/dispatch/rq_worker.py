"""An RQ SimpleWorker: reads each file, posts it to the model, and the answer is kept in Redis. Prints how many a second."""
import http.client
import logging
import sys
import time
from urllib.parse import urlsplit

import redis
from rq import Queue, SimpleWorker

connections = {}


def predict(url, path):
    address = urlsplit(url).netloc
    if address not in connections:
        connections[address] = http.client.HTTPConnection(address)
    with open(path, 'rb') as file:
        body = file.read()
    connections[address].request('POST', '/predict', body, {'Content-Type': 'audio/wav'})
    return connections[address].getresponse().read().decode()


if __name__ == '__main__':
    import rq_worker  # so that jobs name this module, not __main__

    port, url, *paths = sys.argv[1:]
    connection = redis.Redis(port=int(port))
    queue = Queue('bench', connection=connection)
    for path in paths:
        queue.enqueue(rq_worker.predict, url, path)
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    SimpleWorker([queue], connection=connection).work(burst=True, logging_level='CRITICAL')
    print(len(paths) / (time.monotonic() - began))

// What every measured process does: listen on a free loopback port, tell its parent, and answer what it asks: how much processor
// time it has used, and how much memory it holds.
import { createServer } from 'node:http';

export function answerParent(app) {
  const server = createServer(app);
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.on('message', (message) => {
    if (message === 'processor') process.send({ microseconds: sumOf(process.cpuUsage()) });
    if (message === 'memory') process.send({ megabytes: process.memoryUsage.rss() / 1024 ** 2 });
  });
  process.on('disconnect', () => process.exit());
}

function sumOf({ user, system }) {
  return user + system;
}

import { resolve } from 'node:path';
import { Shutdown } from './shutdown.js';
import { startServers } from './stack-servers.js';

const shutdown = new Shutdown((line) => console.log(line));
try {
  const servers = await startServers(resolve('.data'), (line) => console.log(line), shutdown);
  if (!shutdown.inProgress)
    console.log(`\nMONGODB_URI=${servers.mongodbUri}\nNATS_URL=${servers.natsUrl}\n\nCtrl-C stops both.`);
} catch (error) {
  await shutdown.end(1, (error as Error).message);
}
// Servers named by the environment leave nothing here to wait for.
setInterval(() => undefined, 60_000);

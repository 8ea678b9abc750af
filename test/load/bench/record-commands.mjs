// Loaded into the service before its own code (`node --import`): writes every command that it sends to MongoDB, as a line of extended JSON, to the
// file that COMMANDS_FILE names. The service knows nothing of it. Never loaded where time is measured.
import { openSync, writeSync } from 'node:fs';
import mongoose from 'mongoose';

const { MongoClient, BSON } = mongoose.mongo;
const file = openSync(process.env.COMMANDS_FILE, 'a');
const watched = new WeakSet();
const connect = Reflect.get(MongoClient.prototype, 'connect');

/** Of the connection, not of the work. */
const PLUMBING = new Set(['hello', 'ismaster', 'ping', 'saslStart', 'saslContinue', 'endSessions', 'buildInfo']);

function write({ commandName: name, command }) {
  if (PLUMBING.has(name)) return;
  const { lsid: _session, $clusterTime: _time, $db: _database, ...rest } = command;
  const at = performance.timeOrigin + performance.now();
  const line = { at, name, collection: command[name], command: rest };
  writeSync(file, `${BSON.EJSON.stringify(line, { relaxed: false })}\n`);
}

MongoClient.prototype.connect = function connectAndWatch(...args) {
  if (!watched.has(this)) {
    watched.add(this);
    this.monitorCommands = true;
    this.on('commandStarted', write);
  }
  return connect.apply(this, args);
};

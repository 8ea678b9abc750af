import { randomBytes } from 'node:crypto';
import { databaseUri } from '@marketplace/local-stack';
import mongoose, { type Connection, type Model } from 'mongoose';
import { BatchedReads } from '../../apps/order-service/src/common/batched-reads.js';
import { BatchedWrites } from '../../apps/order-service/src/common/batched-writes.js';
import { isDatabaseAway } from '../../apps/order-service/src/common/database-away.js';
import { isDuplicateKey } from '../../apps/order-service/src/common/database.js';
import { connectionOptions } from '../../apps/order-service/src/common/database.module.js';
import type { Elections } from '../../apps/order-service/src/common/elections.js';
import { parseConfig } from '../../apps/order-service/src/config/parse-config.js';
import { TcpProxy } from '../support/tcp-proxy.js';

interface Thing {
  _id: string;
  owner: string;
  number: number;
  version: number;
  log: string[];
}

/** What callers who come at the same time share, on a real server. */
describe('batched commands', () => {
  let proxy: TcpProxy;
  let connection: Connection;
  let model: Model<Thing>;
  let writes: BatchedWrites<Thing>;
  let reads: BatchedReads<Thing>;
  let commands: { name: string; statements: number; concern: unknown }[];
  let isRecent = false;

  beforeAll(async () => {
    const server = new URL(process.env.TEST_MONGODB_URI ?? '');
    proxy = await TcpProxy.start(server.host);
    const database = databaseUri(`mongodb://127.0.0.1:${proxy.port}`, `test_${randomBytes(6).toString('hex')}`);
    const options = { ...connectionOptions(parseConfig({})), monitorCommands: true, directConnection: true };
    connection = await mongoose.createConnection(database, options).asPromise();
    connection.getClient().on('commandStarted', ({ commandName: name, command }) => {
      const statements = (command['documents'] ?? command['updates'] ?? command['filter']?.$or ?? [1]) as unknown[];
      const concern: unknown = command['writeConcern'] ?? command['readConcern'];
      commands.push({ name, statements: statements.length, concern });
    });
    const schema = new mongoose.Schema<Thing>({
      _id: String,
      owner: String,
      number: Number,
      version: Number,
      log: [String],
    });
    model = connection.model<Thing>('Thing', schema);
    commands = [];
    await connection.createCollection('things');
    await connection.collection('things').createIndex({ number: 1 }, { unique: true });
    const elections = {
      get isRecent() {
        return isRecent;
      },
      readOptions: () => (isRecent ? { readConcern: { level: 'linearizable' }, maxTimeMS: 3_000 } : {}),
    } as unknown as Elections;
    writes = new BatchedWrites(model);
    reads = new BatchedReads(model, elections, { log: 0 });
  });

  beforeEach(async () => {
    proxy.restore();
    await model.deleteMany({});
    commands = [];
    isRecent = false;
  });

  afterAll(async () => {
    proxy?.restore();
    await connection?.dropDatabase();
    await connection?.close();
    await proxy?.stop();
  });

  const thing = (name: string, number: number): Thing => ({
    _id: name,
    owner: `owner of ${name}`,
    number,
    version: 1,
    log: [],
  });
  const insertAll = async (...names: string[]) =>
    Promise.all(names.map(async (name) => writes.insertOne(thing(name, 'abc'.indexOf(name) + 1))));
  const bump = async (name: string, version: number, by: string) =>
    writes.updateOne({ _id: name, version }, { $inc: { version: 1 }, $push: { log: by } });
  const stored = async () => model.find().sort({ _id: 1 }).lean<Thing[]>();
  const sent = (name: string) =>
    commands.filter((command) => command.name === name).map(({ statements }) => statements);

  it('inserts what comes together in one command', async () => {
    await insertAll('a', 'b', 'c');
    expect((await stored()).map(({ _id }) => _id)).toEqual(['a', 'b', 'c']);
    expect(sent('insert')).toEqual([3]);
  });

  it('refuses what a unique index refuses, says which index, and inserts the others', async () => {
    await insertAll('a');
    const settled = await Promise.allSettled([
      writes.insertOne(thing('a', 2)),
      writes.insertOne(thing('b', 3)),
      writes.insertOne(thing('c', 1)),
      writes.insertOne(thing('b', 4)),
      writes.insertOne(thing('d', 5)),
    ]);
    expect(settled.map((each) => refusalOf(each))).toEqual(['_id', undefined, 'number', '_id', undefined]);
    expect((await stored()).map(({ _id, number }) => [_id, number])).toEqual([
      ['a', 1],
      ['b', 3],
      ['d', 5],
    ]);
  });

  it('updates what comes together in one command, and tells each caller whether its update has matched', async () => {
    await insertAll('a', 'b', 'c');
    commands = [];
    const matched = await Promise.all([bump('a', 1, 'x'), bump('b', 7, 'x'), bump('gone', 1, 'x'), bump('c', 1, 'x')]);
    expect(matched).toEqual([true, false, false, true]);
    expect(sent('update')).toEqual([4]);
    expect((await stored()).map(({ _id, version, log }) => [_id, version, log])).toEqual([
      ['a', 2, ['x']],
      ['b', 1, []],
      ['c', 2, ['x']],
    ]);
  });

  it('lets exactly one of those win who change the same version, in one batch and across many', async () => {
    await insertAll('a', 'b');
    for (let version = 1; version <= 20; version += 1) {
      const rivals = Array.from({ length: 40 }, async (_, rival) =>
        bump(rival % 2 === 0 ? 'a' : 'b', version, `${rival}`),
      );
      const won = await Promise.all(rivals);
      expect(won.filter((hasWon, rival) => hasWon && rival % 2 === 0)).toHaveLength(1);
      expect(won.filter((hasWon, rival) => hasWon && rival % 2 === 1)).toHaveLength(1);
    }
    for (const { version, log } of await stored())
      expect({ version, changes: log.length }).toEqual({ version: 21, changes: 20 });
  });

  it('fails an update alone that MongoDB cannot make', async () => {
    await insertAll('a', 'b');
    const settled = await Promise.allSettled([
      writes.updateOne({ _id: 'a' }, { $push: { owner: 'not a list' } } as never),
      bump('b', 1, 'x'),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((await stored()).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('fails all of a batch as a lost connection fails, and loses nothing that it has acknowledged', async () => {
    await insertAll('a', 'b', 'c');
    const rounds = 12;
    let acknowledged = 0;
    let failures = 0;
    for (let round = 0; round < rounds; round += 1) {
      const before = new Map((await stored()).map(({ _id, version }) => [_id, version]));
      const running = Promise.allSettled([...before].map(async ([name, version]) => bump(name, version, `${round}`)));
      setTimeout(() => {
        proxy.cut();
        setTimeout(() => proxy.restore(), 5);
      }, round % 4);
      for (const each of await running) {
        if (each.status === 'rejected') {
          failures += 1;
          expect(isDatabaseAway(each.reason)).toBe(true);
        } else if (each.value) acknowledged += 1;
      }
    }
    const versions = (await stored()).map(({ version }) => version - 1);
    const written = versions.reduce((sum, count) => sum + count, 0);
    expect(written).toBeGreaterThanOrEqual(acknowledged);
    expect(written).toBeLessThanOrEqual(acknowledged + failures);
    // A retry of the driver must not have made an update twice.
    for (const { version, log } of await stored()) expect(new Set(log).size).toBe(version - 1);
  });

  it('tells a database that is away from what it refuses', async () => {
    await insertAll('a', 'b');
    proxy.cut();
    const settled = await Promise.allSettled([
      bump('a', 1, 'x'),
      bump('b', 1, 'x'),
      reads.findById('a'),
      reads.findById('b'),
    ]);
    for (const each of settled) {
      expect(each).toMatchObject({ status: 'rejected' });
      expect(isDatabaseAway((each as PromiseRejectedResult).reason)).toBe(true);
    }
  });

  it('finds what is looked for together in one query, each by its own filter', async () => {
    await insertAll('a', 'b', 'c');
    commands = [];
    const found = await Promise.all([
      reads.findById('a', { owner: 'owner of a' }),
      reads.findById('b', { owner: 'owner of a' }),
      reads.findById('gone'),
      reads.findById('c'),
    ]);
    expect(found.map((each) => each?._id)).toEqual(['a', undefined, undefined, 'c']);
    expect(sent('find')).toEqual([4]);
    expect(found[0]).not.toHaveProperty('log');
  });

  it('shows nobody what only the filter of another caller finds', async () => {
    await insertAll('a', 'b');
    for (const order of [0, 1]) {
      const asked = [
        async () => reads.findById('a', { owner: 'somebody else' }),
        async () => reads.findById('a', { owner: 'owner of a' }),
      ];
      if (order === 1) asked.reverse();
      const found = await Promise.all([...asked.map(async (ask) => ask()), reads.findById('b')]);
      expect(found.map((each) => each?._id)).toEqual(order === 0 ? [undefined, 'a', 'b'] : ['a', undefined, 'b']);
    }
  });

  it('asks for the same safety alone and together', async () => {
    await insertAll('a');
    await insertAll('b', 'c');
    await bump('a', 1, 'x');
    await Promise.all([bump('b', 1, 'x'), bump('c', 1, 'x')]);
    await reads.findById('a');
    await Promise.all([reads.findById('b'), reads.findById('c')]);
    const writeConcern = { w: 'majority', j: true, wtimeout: 10_000 };
    const readConcern = { level: 'majority' };
    expect(commands.filter(({ name }) => name !== 'delete').map(({ name, concern }) => [name, concern])).toEqual([
      ['insert', writeConcern],
      ['insert', writeConcern],
      ['update', writeConcern],
      ['update', writeConcern],
      ['find', readConcern],
      ['find', readConcern],
    ]);
  });

  it('reads each document by itself and linearizably after an election', async () => {
    await insertAll('a', 'b');
    commands = [];
    isRecent = true;
    const found = await Promise.all([reads.findById('a'), reads.findById('b')]);
    expect(found.map((each) => each?._id)).toEqual(['a', 'b']);
    expect(commands.map(({ concern }) => concern)).toEqual([{ level: 'linearizable' }, { level: 'linearizable' }]);
  });
});

function refusalOf(each: PromiseSettledResult<void>): string | undefined {
  if (each.status === 'fulfilled') return undefined;
  if (isDuplicateKey(each.reason, 'number')) return 'number';
  return isDuplicateKey(each.reason, '_id') ? '_id' : 'another failure';
}

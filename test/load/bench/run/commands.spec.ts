import { countCommands, type RecordedCommand } from './commands.js';

const command = (name: string, collection: string, rest: Record<string, unknown>): RecordedCommand => ({
  at: 0,
  name,
  collection,
  command: { [name]: collection, ...rest },
});

describe('commands that are counted', () => {
  it('are told apart by what they ask for, and shared out over the orders', () => {
    const commands = [
      command('find', 'orders', { filter: { _id: 'a' } }),
      command('find', 'orders', { filter: { _id: 'b' } }),
      command('find', 'orders', { filter: { workDueAt: { $lte: 1 } } }),
      command('insert', 'orders', { documents: [{ _id: 'a' }] }),
      command('update', 'carts', { updates: [{ q: { _id: 1, outbox: 1 } }, { q: { _id: 2, outbox: 1 } }] }),
    ];
    expect(countCommands(commands, 2)).toEqual([
      { kind: 'read', what: 'find orders by _id', commandsAnOrder: 1, statementsAnOrder: 1 },
      { kind: 'read', what: 'find orders by workDueAt', commandsAnOrder: 0.5, statementsAnOrder: 0.5 },
      { kind: 'write', what: 'insert orders', commandsAnOrder: 0.5, statementsAnOrder: 0.5 },
      { kind: 'write', what: 'update carts by _id, outbox', commandsAnOrder: 0.5, statementsAnOrder: 1 },
    ]);
  });
});

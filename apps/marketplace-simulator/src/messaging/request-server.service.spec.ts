import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { readConfig } from '../config/simulator-config.js';
import { DialsService } from '../dials/dials.service.js';
import type { JournalService } from '../ledger/journal.service.js';
import { NO_REPLY, RequestServer, type RequestHandler } from './request-server.service.js';

type Callback = (error: Error | null, message: Msg) => void;

/** A server of one subject of the Payment Service, with a way to ask it. */
async function serve(handler: RequestHandler) {
  const dials = new DialsService(readConfig({}));
  const server = new RequestServer(dials, { committed: async () => undefined } as unknown as JournalService);
  server.serve('payments', 'payments.get', handler);
  const callbacks: Callback[] = [];
  const connection = {
    subscribe: (_subject: string, { callback }: { callback: Callback }) => {
      callbacks.push(callback);
      return { unsubscribe: () => undefined };
    },
    flush: async () => undefined,
  };
  await server.listen(connection as unknown as NatsConnection);
  const replies: string[] = [];
  const ask = (body: unknown): void => {
    const message = { data: [1], reply: 'inbox', json: () => body, respond: (text: string) => replies.push(text) };
    callbacks[0]?.(null, message as unknown as Msg);
  };
  /** Everything that was answered, once all is. */
  const answered = async (): Promise<string[]> => {
    await server.stop();
    return replies;
  };
  return { dials, ask, answered };
}

describe('the request server', () => {
  it('answers once, with what the handler gave or what was wrong with the request', async () => {
    const { ask, answered } = await serve((body) => {
      if (body === 'bad') throw new Error('no such payment');
      return { status: 'fine' };
    });
    ask('good');
    ask('bad');
    expect((await answered()).sort()).toEqual(['{"error":"no such payment"}', '{"status":"fine"}']);
  });

  it('answers nothing when the reply is lost or the service is dead', async () => {
    const { dials, ask, answered } = await serve((body) => (body === 'lost' ? NO_REPLY : { body }));
    ask('lost');
    dials.turn({ failPayments: true });
    ask('dead');
    expect(await answered()).toEqual([]);
  });

  it('answers late, so that replies overtake each other', async () => {
    const { dials, ask, answered } = await serve((body) => ({ body }));
    dials.turn({ lateReplyRate: 1, lateReplyMs: 30 });
    ask(1);
    // The dials are read when the handler has answered.
    await new Promise(setImmediate);
    dials.turn({ lateReplyRate: 0 });
    ask(2);
    expect(await answered()).toEqual(['{"body":2}', '{"body":1}']);
  });

  it('sends a reply twice', async () => {
    const { dials, ask, answered } = await serve((body) => ({ body }));
    dials.turn({ doubleReplyRate: 1 });
    ask(1);
    expect(await answered()).toEqual(['{"body":1}', '{"body":1}']);
  });
});

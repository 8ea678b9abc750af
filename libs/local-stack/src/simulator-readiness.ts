import { connect } from '@nats-io/transport-node';

/** A readiness check: the simulator of the far services answers a request for its ledger. */
export function simulatorAnswers(natsUrl: string): () => Promise<boolean> {
  return async () => {
    const connection = await connect({ servers: natsUrl, timeout: 1_000, reconnect: false });
    try {
      await connection.request('sim.ledger', '{}', { timeout: 1_000 });
      return true;
    } finally {
      await connection.close();
    }
  };
}

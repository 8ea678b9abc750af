// A warehouse: ships every confirmed order of a vendor. NATS requests with types, retries and one effect each.
import { OrdersClient, ProblemError } from '@marketplace/contracts';
import { connect } from '@nats-io/transport-node';

/** @returns the ids of the orders that were shipped */
export async function shipConfirmedOrders(natsUrl: string, token: string, vendorId: string): Promise<string[]> {
  const connection = await connect({ servers: natsUrl });
  const { orders } = new OrdersClient(connection, { token });
  const shipped: string[] = [];
  try {
    const { items } = await orders.list({ status: ['confirmed'], vendorId });
    for (const { id: orderId } of items) {
      try {
        const parcel = { carrier: 'DHL', trackingNumber: `JD01${orderId.slice(0, 8)}` };
        // A key that follows from what is meant: a second run ships nothing twice.
        await orders.ship({ orderId, ...parcel }, { idempotencyKey: `ship-${orderId}` });
        shipped.push(orderId);
      } catch (error) {
        // Somebody was faster, or nothing is left to ship.
        if (!(error instanceof ProblemError) || error.code !== 'illegal_transition') throw error;
      }
    }
  } finally {
    await connection.drain();
  }
  return shipped;
}

// A shop front: fills a cart, orders it, and looks at the order once more. HTTP with types, from the package alone.
import { randomUUID } from 'node:crypto';
import { ProblemError } from '@marketplace/contracts';
import { createOrdersHttpClient, dataOf } from '@marketplace/contracts/http';

/** @returns the number of the order, for people */
export async function placeOrder(baseUrl: string, token: string, sku: string): Promise<string> {
  const client = createOrdersHttpClient({ baseUrl, token });
  const cart = dataOf(await client.POST('/carts', { body: { items: [{ sku, quantity: 2 }] } }));
  const order = dataOf(
    await client.POST('/orders', {
      // The same key however often this is sent: one order.
      params: { header: { 'Idempotency-Key': randomUUID() } },
      body: {
        cartId: cart.id,
        payments: [{ methodToken: 'tok_visa' }],
        shippingAddress: {
          name: 'Alice Example',
          line1: '1 Market Street',
          city: 'Springfield',
          postalCode: '97477',
          country: 'US',
        },
        expectedTotal: cart.totals.grandTotal,
      },
    }),
  );
  const { number } = dataOf(await client.GET('/orders/{id}', { params: { path: { id: order.id } } }));
  return number;
}

/** Whether there is such an order that the caller may see. Failures are told apart by their stable codes. */
export async function isThere(baseUrl: string, token: string, id: string): Promise<boolean> {
  const client = createOrdersHttpClient({ baseUrl, token });
  try {
    dataOf(await client.GET('/orders/{id}', { params: { path: { id } } }));
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'not_found') return false;
    throw error;
  }
}

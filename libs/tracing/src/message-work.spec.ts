import { messageWork } from './message-work.js';

describe('the span of a message', () => {
  it('is named by what is done and by the subject', () => {
    expect(messageWork('request', 'client', 'catalog.quote')).toEqual({
      name: 'request catalog.quote',
      kind: 'client',
      attributes: {
        'messaging.system': 'nats',
        'messaging.operation.name': 'request',
        'messaging.destination.name': 'catalog.quote',
      },
    });
  });

  it.each([
    ['evt.orders.0199a1c2-8a10.placed', 'evt.orders.{id}.placed'],
    ['dlq.order-service.PAYMENTS.evt.payments.pay_1.refunded', 'dlq.order-service.PAYMENTS.evt.payments.{id}.refunded'],
  ])('has no id in its name: %s', (subject, template) => {
    const { name, attributes } = messageWork('publish', 'producer', subject);
    expect(name).toBe(`publish ${template}`);
    expect(attributes).toMatchObject({
      'messaging.destination.name': subject,
      'messaging.destination.template': template,
    });
  });
});

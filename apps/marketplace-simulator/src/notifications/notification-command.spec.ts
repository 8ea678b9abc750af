import { readNotification } from './notification-command.js';

const command = {
  id: 'order-1:3:order-confirmed:user:alice',
  template: 'order-confirmed',
  recipient: { userId: 'alice' },
};

describe('a notification command', () => {
  it('belongs to the order that its data names, or its id', () => {
    expect(readNotification({ ...command, data: { orderId: 'order-2' } }).orderId).toBe('order-2');
    expect(readNotification({ ...command, data: {} }).orderId).toBe('order-1');
    expect(readNotification({ ...command, id: 'plain' })).toEqual({
      id: 'plain',
      template: 'order-confirmed',
      recipient: 'user',
    });
  });

  it.each([
    ['user', { userId: 'alice' }],
    ['user', { userId: 'alice', email: 'alice@example.com' }],
    ['guest', { email: 'guest@example.com' }],
    ['vendor', { vendorId: 'vendor-1' }],
  ])('is for a %s: %j', (kind, recipient) => {
    expect(readNotification({ ...command, recipient }).recipient).toBe(kind);
  });

  it.each([
    null,
    [],
    {},
    { ...command, id: '' },
    { ...command, template: 'nonsense' },
    { ...command, recipient: 'x' },
    { ...command, recipient: {} },
    { ...command, recipient: { userId: '' } },
    { ...command, recipient: { vendorId: 'vendor-1', userId: 'alice' } },
    { ...command, recipient: { vendorId: 'vendor-1', email: 'a@example.com' } },
  ])('is refused when malformed: %j', (body) => expect(() => readNotification(body)).toThrow());
});

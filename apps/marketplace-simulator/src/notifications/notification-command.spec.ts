import { readNotification } from './notification-command.js';

const command = {
  id: 'order-1:3:order-confirmed:user-1',
  template: 'order-confirmed',
  recipient: { userId: 'user-1' },
};

describe('a notification command', () => {
  it('belongs to the order that its data names, or its id', () => {
    expect(readNotification({ ...command, data: { orderId: 'order-2' } }).orderId).toBe('order-2');
    expect(readNotification({ ...command, data: {} }).orderId).toBe('order-1');
    expect(readNotification({ ...command, id: 'plain' })).toEqual({ id: 'plain', template: 'order-confirmed' });
  });

  it.each([null, [], {}, { ...command, id: '' }, { ...command, template: 'nonsense' }, { ...command, recipient: 'x' }])(
    'is refused when malformed: %j',
    (body) => expect(() => readNotification(body)).toThrow(),
  );
});

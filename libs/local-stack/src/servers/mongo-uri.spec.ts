import { databaseOf, databaseUri } from './mongo-uri.js';

describe('MongoDB connection strings', () => {
  it.each([
    ['mongodb://127.0.0.1:27017/?replicaSet=rs0', 'mongodb://127.0.0.1:27017/orders?replicaSet=rs0'],
    ['mongodb://a:1,b:2,c:3/?replicaSet=rs0', 'mongodb://a:1,b:2,c:3/orders?replicaSet=rs0'],
    ['mongodb://a:1/other', 'mongodb://a:1/orders'],
    ['mongodb://a:1', 'mongodb://a:1/orders'],
    ['mongodb+srv://u:p%40@host/?w=majority', 'mongodb+srv://u:p%40@host/orders?w=majority&authSource=admin'],
    ['mongodb://u:p@a:1/users', 'mongodb://u:p@a:1/orders?authSource=users'],
    ['mongodb://u:p@a:1/users?authSource=x', 'mongodb://u:p@a:1/orders?authSource=x'],
  ])('name a database in %s', (uri, expected) => {
    expect(databaseUri(uri, 'orders')).toBe(expected);
  });

  it('tell the database they name', () => {
    expect(databaseOf('mongodb://a:1,b:2/orders?replicaSet=rs0')).toBe('orders');
    expect(databaseOf('mongodb://a:1,b:2/?replicaSet=rs0')).toBeUndefined();
  });

  it('refuse anything else', () => {
    expect(() => databaseUri('postgres://a', 'orders')).toThrow('Not a MongoDB connection string');
  });
});

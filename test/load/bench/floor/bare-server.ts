// The least that answers a read over HTTP: Express, one query, JSON. `PORT` and `MONGODB_URI` say where.
import express from 'express';
import mongoose from 'mongoose';

interface Order {
  _id: string;
  customerId?: string;
  listedAt?: Date;
}

const PAGE_SIZE = 20;

const client = await new mongoose.mongo.MongoClient(process.env['MONGODB_URI'] ?? '', {
  maxPoolSize: 20,
  readConcern: { level: 'majority' },
}).connect();
const orders = client.db().collection<Order>('orders');
const app = express();

app.get('/ready', (_request, response) => {
  response.json({ status: 'ok' });
});

app.get('/orders/user/:id', (request, response, next) => {
  const listed = { customerId: request.params.id, listedAt: { $exists: true } };
  const found = orders.find(listed).sort({ listedAt: -1, _id: -1 }).hint('customer').limit(PAGE_SIZE).toArray();
  found.then((items) => response.json({ items }), next);
});

app.get('/orders/:id', (request, response, next) => {
  orders.findOne({ _id: request.params.id }).then((order) => response.json(order), next);
});

app.listen(Number(process.env['PORT']), '127.0.0.1');

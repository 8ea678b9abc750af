import mongoose from 'mongoose';
import { CartDocument, CartSchema } from './cart/persistence/cart.schema.js';
import { connectionOptions } from './common/database.module.js';
import { prepareDatabase } from './common/database-schema.js';
import { log } from './common/logger.js';
import { parseConfig } from './config/parse-config.js';
import { AuditAnchorDocument, AuditAnchorSchema } from './orders/persistence/audit-anchor.schema.js';
import { OrderDocument, OrderSchema } from './orders/persistence/order.schema.js';
import { AnonymisationDocument, AnonymisationSchema } from './privacy/persistence/anonymisation.schema.js';

/**
 * Makes the collections and indexes, once, before any replica starts. Run again it changes nothing; it needs MONGODB_URI
 * alone.
 */
async function main(): Promise<void> {
  const config = parseConfig({ MONGODB_URI: process.env['MONGODB_URI'] });
  const connection = await mongoose.createConnection(config.MONGODB_URI, connectionOptions(config)).asPromise();
  try {
    connection.model(CartDocument.name, CartSchema);
    connection.model(OrderDocument.name, OrderSchema);
    connection.model(AnonymisationDocument.name, AnonymisationSchema);
    connection.model(AuditAnchorDocument.name, AuditAnchorSchema);
    await prepareDatabase(connection);
  } finally {
    await connection.close();
  }
}

try {
  await main();
} catch (error) {
  log.fatal({ err: error }, 'the database could not be prepared');
  process.exit(1);
}

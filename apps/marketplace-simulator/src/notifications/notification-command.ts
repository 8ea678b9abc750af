import { NOTIFICATION_TEMPLATES } from '@marketplace/contracts';
import { MalformedRequestError, readObject, readText } from '../messaging/request-reader.js';

/** What the ledger keeps of a command: no recipient beyond what the id says, and none of its data. */
export interface ReceivedNotification {
  id: string;
  template: string;
  orderId?: string;
}

/**
 * The order is the one that the command's data names, otherwise the one in its id, `<orderId>:<sequence>:...`.
 *
 * @throws MalformedRequestError
 */
export function readNotification(body: unknown): ReceivedNotification {
  const fields = readObject(body);
  const id = readText(fields, 'id');
  const template = readText(fields, 'template');
  if (!(NOTIFICATION_TEMPLATES as readonly string[]).includes(template)) {
    throw new MalformedRequestError(`there is no template ${template}`);
  }
  readObject(fields['recipient']);
  const { orderId } = readObject(fields['data'] ?? {});
  if (typeof orderId === 'string' && orderId !== '') return { id, template, orderId };
  return id.includes(':') ? { id, template, orderId: id.slice(0, id.indexOf(':')) } : { id, template };
}

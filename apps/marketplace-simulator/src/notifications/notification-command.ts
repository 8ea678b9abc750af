import {
  NOTIFICATION_TEMPLATES,
  recipientKind,
  type NotificationRecipient,
  type NotificationRecipientKind,
} from '@marketplace/contracts';
import { MalformedRequestError, readObject, readOptionalText, readText } from '../messaging/request-reader.js';

/** What the ledger keeps of a command: no recipient beyond its kind and what the id says, and none of its data. */
export interface ReceivedNotification {
  id: string;
  template: string;
  recipient: NotificationRecipientKind;
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
  const recipient = recipientKind(readRecipient(fields['recipient']));
  const named = readOptionalText(readObject(fields['data'] ?? {}), 'orderId');
  const orderId = named ?? (id.includes(':') ? id.slice(0, id.indexOf(':')) : undefined);
  return { id, template, recipient, ...(orderId === undefined ? {} : { orderId }) };
}

/** A vendor, a customer with or without an e-mail address, or an e-mail address alone. */
function readRecipient(value: unknown): NotificationRecipient {
  const fields = readObject(value);
  const vendorId = readOptionalText(fields, 'vendorId');
  const userId = readOptionalText(fields, 'userId');
  const email = readOptionalText(fields, 'email');
  if (vendorId !== undefined && userId === undefined && email === undefined) return { vendorId };
  if (vendorId === undefined && userId !== undefined) return { userId, ...(email === undefined ? {} : { email }) };
  if (vendorId === undefined && email !== undefined) return { email };
  throw new MalformedRequestError('recipient must be a vendor, a user or an e-mail address');
}

import type { AuthorizeRequest, GetPaymentRequest, MovePaymentRequest, VoidRequest } from '@marketplace/contracts';
import { readMoney, readObject, readText } from '../messaging/request-reader.js';

/** @throws MalformedRequestError, as all of these do */
export function readAuthorizeRequest(body: unknown): AuthorizeRequest {
  const fields = readObject(body);
  return {
    idempotencyKey: readText(fields, 'idempotencyKey'),
    orderId: readText(fields, 'orderId'),
    tenderId: readText(fields, 'tenderId'),
    amount: readMoney(fields, 'amount'),
    methodToken: readText(fields, 'methodToken'),
  };
}

export function readMoveRequest(body: unknown): MovePaymentRequest {
  const fields = readObject(body);
  return {
    idempotencyKey: readText(fields, 'idempotencyKey'),
    paymentId: readText(fields, 'paymentId'),
    amount: readMoney(fields, 'amount'),
  };
}

export function readVoidRequest(body: unknown): VoidRequest {
  const fields = readObject(body);
  const idempotencyKey = readText(fields, 'idempotencyKey');
  if (isGiven(fields['authorizeKey']) && !isGiven(fields['paymentId'])) {
    return { idempotencyKey, authorizeKey: readText(fields, 'authorizeKey') };
  }
  const paymentId = readText(fields, 'paymentId');
  return { idempotencyKey, paymentId, ...(isGiven(fields['amount']) && { amount: readMoney(fields, 'amount') }) };
}

export function readGetRequest(body: unknown): GetPaymentRequest {
  const fields = readObject(body);
  if (isGiven(fields['paymentId'])) return { paymentId: readText(fields, 'paymentId') };
  return { idempotencyKey: readText(fields, 'idempotencyKey') };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

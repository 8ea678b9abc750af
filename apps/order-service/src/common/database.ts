import { mongo, type Model } from 'mongoose';

const DUPLICATE_KEY = 11_000;

/** Whether a unique index refused the write; with a name, whether it was that field's. */
export function isDuplicateKey(error: unknown, field?: string): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  return field === undefined || Object.hasOwn((error['keyPattern'] ?? {}) as object, field);
}

/**
 * The driver's collection behind a model, for writes of what the domain has just built: casting it again would cost more than
 * the write.
 */
export function nativeCollection<Document extends { _id: string }>(model: Model<Document>): mongo.Collection<Document> {
  return model.collection as unknown as mongo.Collection<Document>;
}

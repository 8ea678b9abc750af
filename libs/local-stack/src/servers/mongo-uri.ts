const PARTS = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(\?.*)?$/;

/**
 * The connection string of one database on a server or replica set. The database a user signs in against stays the one the
 * given string names, or `admin`.
 *
 * @throws Error when `uri` is not a MongoDB connection string
 */
export function databaseUri(uri: string, name: string): string {
  const [, server, named, query] = PARTS.exec(uri) ?? [];
  if (server === undefined) throw new Error('Not a MongoDB connection string');
  if (!server.includes('@') || /[?&]authSource=/i.test(query ?? '')) return `${server}/${name}${query ?? ''}`;
  const separator = query === undefined ? '?' : '&';
  return `${server}/${name}${query ?? ''}${separator}authSource=${named || 'admin'}`;
}

/** The database that a connection string names, if it names one. */
export function databaseOf(uri: string): string | undefined {
  return PARTS.exec(uri)?.[2] || undefined;
}

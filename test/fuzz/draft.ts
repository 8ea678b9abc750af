/** A request before it is sent, in the parts that mutations change. */
export interface Draft {
  method: string;
  /** Of the path, as they are sent: percent-encoded, or badly so. */
  segments: readonly string[];
  /** Names and values, as they are sent. */
  query: readonly (readonly [string, string])[];
  headers: readonly (readonly [string, string])[];
  body: Body;
}

/** Nothing, a value that will be sent as JSON, or bytes that are sent as they are. */
export type Body = { kind: 'none' } | { kind: 'json'; value: unknown } | { kind: 'bytes'; bytes: Buffer };

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  path: string;
  headers: readonly (readonly [string, string])[];
  body: Buffer | undefined;
}

export function bytesOf(body: Body): Buffer | undefined {
  if (body.kind === 'none') return undefined;
  // A body without a value, such as NaN, is one that JSON cannot say.
  return body.kind === 'bytes' ? body.bytes : Buffer.from(JSON.stringify(body.value) ?? '');
}

export function wireOf({ method, segments, query, headers, body }: Draft): WireRequest {
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  const path = `/${segments.join('/')}${search === '' ? '' : `?${search}`}`;
  return { method, path, headers, body: bytesOf(body) };
}

/** The command that sends the same again. A body beyond some kilobytes is cut off: the seed has the whole. */
export function curlOf({ method, path, headers, body }: WireRequest, baseUrl: string): string {
  const words = ['curl', '-g', '--path-as-is', '-i', '-X', method];
  for (const [name, value] of headers) words.push('-H', quoted(Buffer.from(`${name}: ${value}`, 'latin1')));
  if (body) words.push('--data-binary', quoted(body));
  return [...words, quoted(Buffer.from(`${baseUrl}${path}`, 'latin1'))].join(' ');
}

const MOST_SHOWN_BYTES = 4_096;

/** As bash takes it, whatever bytes these are. */
function quoted(bytes: Buffer): string {
  const text = [...bytes.subarray(0, MOST_SHOWN_BYTES)].map(shown).join('');
  return `$'${text}'${bytes.length > MOST_SHOWN_BYTES ? ` # cut off, it has ${bytes.length} bytes` : ''}`;
}

function shown(byte: number): string {
  if (byte === 0x27 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

import type { ComponentChildren } from 'preact';

const FORM = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;
const UTC = new Intl.DateTimeFormat('en-GB', { ...FORM, timeZone: 'UTC' });

/** An instant: in UTC, and said to be, until the zone of whoever looks is known. */
export function Moment({ at, isLocal }: { at: string; isLocal: boolean }): ComponentChildren {
  const instant = new Date(at);
  const text = isLocal ? new Intl.DateTimeFormat('en-GB', FORM).format(instant) : `${UTC.format(instant)} UTC`;
  return <time dateTime={at}>{text}</time>;
}

import type { StreamState } from '../../web/browser/event-stream.js';
import type { Session } from './session.js';

const LIVE: Readonly<Record<StreamState['name'], { tone: string; text: string }>> = {
  connecting: { tone: 'warn', text: 'Connecting …' },
  live: { tone: 'good', text: 'Live' },
  waiting: { tone: 'bad', text: 'Not live: connecting again …' },
  refused: { tone: 'bad', text: 'Not live: reload to see changes' },
  ended: { tone: 'bad', text: 'Not live: reload to see changes' },
};

export function Header({ session, live, onSignOut }: { session: Session; live: StreamState; onSignOut: () => void }) {
  const { tone, text } = LIVE[live.name];
  const { userId, roles, vendorId } = session;
  return (
    <header class="bar">
      <h1>Order operations</h1>
      <p class={`badge live ${tone}`} role="status">
        {text}
      </p>
      <p class="who">
        <b>{userId}</b> <span class="soft">{vendorId === undefined ? roles.join(', ') : `vendor ${vendorId}`}</span>
      </p>
      <button type="button" onClick={onSignOut}>
        Sign out
      </button>
    </header>
  );
}

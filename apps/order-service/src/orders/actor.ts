import type { Principal } from '../auth/principal.js';
import type { Actor } from './domain/order.js';

/** Who a change is attributed to: of several roles the one with the farthest reach. */
export function actorOf(principal: Principal): Actor {
  switch (principal.kind) {
    case 'anonymous':
      return { kind: 'guest' };
    case 'guest':
      return { kind: 'guest' };
    case 'user': {
      const kind = (['admin', 'support', 'service', 'vendor', 'customer'] as const).find((role) =>
        principal.roles.includes(role),
      );
      return { kind: kind ?? 'customer', id: principal.id };
    }
  }
}

import type { Action } from './actions.js';

export function ActionButtons({
  actions,
  onAction,
}: {
  actions: readonly Action[];
  onAction: (action: Action) => void;
}) {
  if (actions.length === 0) return null;
  return (
    <div class="actions">
      {actions.map((action) => (
        <button
          type="button"
          key={action.label}
          class={action.kind === 'ship' ? 'primary' : ''}
          onClick={() => onAction(action)}
        >
          {action.label}
        </button>
      ))}
    </div>
  );
}

import { figuresOf, MOST_RECENT, type ServiceFigures } from './figures.js';
import type { Order } from './model.js';
import { useNow } from './use-now.js';
import { toneOf, wordsOf } from './words.js';

/** @param service undefined for whoever has nothing to do with the service as such */
export function FiguresBar({ recent, service }: { recent: readonly Order[]; service: ServiceFigures | undefined }) {
  const figures = figuresOf(recent, useNow(10_000));
  const lag = service?.outboxLagSeconds;
  return (
    <dl class="figures" aria-label="At the moment">
      <Figure name="Orders a minute" value={figures.perMinute.toFixed(1)} />
      <Figure name="Last hour" value={figures.isCapped ? `${MOST_RECENT} or more` : String(figures.placed)} />
      {service && (
        <Figure name="Payments failed" value={String(figures.paymentFailures)} isBad={figures.paymentFailures > 0} />
      )}
      {service && (
        <Figure
          name="Outbox lag"
          value={lag === undefined ? 'not known' : `${lag.toFixed(1)} s`}
          isBad={(lag ?? 0) > 5}
        />
      )}
      {service?.workOverdue !== undefined && (
        <Figure name="Work overdue" value={String(service.workOverdue)} isBad={service.workOverdue > 0} />
      )}
      <div class="by-status">
        <dt>By status</dt>
        <dd>
          {figures.byStatus.length === 0 && <span class="soft">none in the last hour</span>}
          {figures.byStatus.map(([status, count]) => (
            <span key={status} class={`badge ${toneOf(status)}`}>
              {wordsOf(status)} {count}
            </span>
          ))}
        </dd>
      </div>
    </dl>
  );
}

function Figure({ name, value, isBad = false }: { name: string; value: string; isBad?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={isBad ? 'figure is-bad' : 'figure'}>{value}</dd>
    </div>
  );
}

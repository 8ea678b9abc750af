import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ALERTS_FILE } from './alerting-rules.js';

export const DASHBOARD_FILE = 'deploy/grafana/order-service.json';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

export interface Panel {
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string }[];
}

export function alerts(): Alert[] {
  const { groups } = parse(readFileSync(ALERTS_FILE, 'utf8')) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export function panels(): Panel[] {
  return (JSON.parse(readFileSync(DASHBOARD_FILE, 'utf8')) as { panels: Panel[] }).panels;
}

/** Every query of the alerts and of the dashboard, with the variables of Grafana put in. */
export function queries(): { readonly where: string; readonly query: string }[] {
  return [
    ...alerts().map(({ alert, expr }) => ({ where: `alert ${alert}`, query: expr })),
    ...panels().flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({
        where: `panel ${title}`,
        query: expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', 'order-service'),
      })),
    ),
  ];
}

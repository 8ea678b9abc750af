export const ALERTS_FILE = 'deploy/prometheus/alerts.yaml';
export const PROMETHEUS_RULE_FILE = 'deploy/k8s/base/prometheus-rule.yaml';

const HEAD = `# Written by "npm run alerts" from ${ALERTS_FILE}: kustomize reads no file outside of its folder.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: order-service
  labels:
    app.kubernetes.io/name: order-service
spec:
`;

/** The file of rules that Prometheus reads, as the object that its operator reads. */
export function prometheusRule(alerts: string): string {
  const groups = alerts.slice(alerts.indexOf('\ngroups:') + 1).trimEnd();
  return `${HEAD}${groups.replaceAll(/^(?=.)/gmu, '  ')}\n`;
}

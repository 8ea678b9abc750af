import { parser } from '@prometheus-io/lezer-promql';

/**
 * The metrics that a query of Prometheus reads.
 *
 * @throws Error for what is no query
 */
export function metricsOf(query: string): string[] {
  const metrics = new Set<string>();
  parser.parse(query).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) throw new Error(`no query: ${query.slice(0, from)} <<< here >>> ${query.slice(from)}`);
      if (type.name === 'Identifier' && node.parent?.type.name === 'VectorSelector') metrics.add(query.slice(from, to));
    },
  });
  return [...metrics];
}

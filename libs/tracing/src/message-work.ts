import type { Work } from './spans.js';

const ID_IN_SUBJECT = /\b(?<stream>evt\.\w+)\.[^.]+/u;

/**
 * What is done with a message or a request over NATS, by the semantic conventions of messaging. Ids of messages are left out, because those of
 * notifications name their recipients.
 */
export function messageWork(operation: 'request' | 'publish' | 'process', kind: Work['kind'], subject: string): Work {
  const template = subject.replace(ID_IN_SUBJECT, '$<stream>.{id}');
  return {
    name: `${operation} ${template}`,
    kind,
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.name': operation,
      'messaging.destination.name': subject,
      ...(template === subject ? {} : { 'messaging.destination.template': template }),
    },
  };
}

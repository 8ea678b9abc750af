import { RequestMethod, type Type } from '@nestjs/common';
import { OPERATION } from './auth.guard.js';
import type { Operation } from './policy.js';

/** A handler of a controller, and what it answers. */
export interface ServedHandler {
  /** `OrdersController.get`. */
  readonly name: string;
  /** `GET /orders/:id`, or a subject of NATS. */
  readonly address: string;
  /** Undefined where it was forgotten: the guard then refuses everybody. */
  readonly operation: Operation | undefined;
}

/** Names under which Nest keeps what its decorators say. */
const METADATA = {
  imports: 'imports',
  controllers: 'controllers',
  path: 'path',
  method: 'method',
  patterns: 'microservices:pattern',
} as const;

/** A module as it stands in `imports`: the class, or the class with additions. */
type ModuleLike = Type | { readonly module?: Type; readonly imports?: unknown[]; readonly controllers?: Type[] };

/** Every handler of the module and of those that it imports, as the decorators have it: nothing is started for that. */
export function servedHandlers(root: Type): ServedHandler[] {
  return [...controllersOf(root, new Set())].flatMap(handlersOf);
}

function* controllersOf(part: ModuleLike, seen: Set<unknown>): Generator<Type> {
  const type = typeof part === 'function' ? part : part.module;
  const added = typeof part === 'function' ? {} : part;
  if (type === undefined || seen.has(type)) return;
  seen.add(type);
  yield* [...listOf<Type>(type, METADATA.controllers), ...(added.controllers ?? [])];
  for (const imported of [...listOf<ModuleLike>(type, METADATA.imports), ...((added.imports ?? []) as ModuleLike[])]) {
    yield* controllersOf(imported, seen);
  }
}

function handlersOf(controller: Type): ServedHandler[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((method) => {
    const handler = prototype[method];
    if (typeof handler !== 'function') return [];
    const operation = Reflect.getMetadata(OPERATION, handler) as Operation | undefined;
    const addresses = [...routesOf(controller, handler), ...listOf<string>(handler, METADATA.patterns)];
    return addresses.map((address) => ({ name: `${controller.name}.${method}`, address, operation }));
  });
}

function routesOf(controller: Type, handler: object): string[] {
  const path = Reflect.getMetadata(METADATA.path, handler) as string | string[] | undefined;
  const method = RequestMethod[Reflect.getMetadata(METADATA.method, handler) as number];
  if (path === undefined || method === undefined) return [];
  const prefixes = [Reflect.getMetadata(METADATA.path, controller) as string | string[]].flat();
  return prefixes.flatMap((prefix) => [path].flat().map((each) => `${method} ${joined(prefix, each)}`));
}

function joined(...parts: string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}

function listOf<Item>(target: object, name: string): Item[] {
  return (Reflect.getMetadata(name, target) as Item[] | undefined) ?? [];
}

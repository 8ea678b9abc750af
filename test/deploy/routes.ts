import 'reflect-metadata';
import type { Type } from '@nestjs/common';

const PATH = 'path';
const METHOD = 'method';

type Module = Type | { module?: Type; imports?: Module[] };

/** The paths of all HTTP routes of a module and of what it imports, as Nest's decorators have noted them. */
export function routesOf(module: Type): string[] {
  const seen = new Set<unknown>();
  const controllers = new Set<Type>();
  const visit = (each: Module): void => {
    const target = typeof each === 'function' ? each : each.module;
    if (target === undefined || seen.has(target)) return;
    seen.add(target);
    for (const controller of (Reflect.getMetadata('controllers', target) ?? []) as Type[]) controllers.add(controller);
    for (const imported of (Reflect.getMetadata('imports', target) ?? []) as Module[]) visit(imported);
  };
  visit(module);
  return [...controllers].flatMap(routesOfController);
}

export function routesOfController(controller: Type): string[] {
  const prefix = Reflect.getMetadata(PATH, controller) as string;
  const handlers = Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object)).map(
    ({ value }) => value as unknown,
  );
  return handlers.flatMap((handler) => {
    if (typeof handler !== 'function' || Reflect.getMetadata(METHOD, handler) === undefined) return [];
    const path = Reflect.getMetadata(PATH, handler) as string | string[];
    return [path].flat().map((own) => `/${prefix}/${own}`.replaceAll(/\/+/gu, '/').replace(/(?<=.)\/$/u, ''));
  });
}

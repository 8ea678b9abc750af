import { resolve } from 'node:path';
import typescript from 'typescript';
import type { Manifest } from './manifests.js';

const OPERATOR_GROUP = 'monitoring.coreos.com/v1';

/** Parsed once: there are hundreds of them. */
const declarations = new Map<string, typescript.SourceFile | undefined>();

function moduleOf({ apiVersion, kind }: Manifest): string {
  const packageName = apiVersion === OPERATOR_GROUP ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  return `${packageName}/${apiVersion}/${kind}`;
}

/**
 * What the published schemas of Kubernetes and of the Prometheus operator have against an object: missing fields, wrong types, values
 * out of bounds. They allow fields that nobody knows; those are what `unknownFields` finds.
 */
export async function schemaFaults(manifest: Manifest): Promise<string[]> {
  const module = (await import(moduleOf(manifest))) as Record<string, new (data: object) => { validate(): void }>;
  const Model = module[manifest.kind];
  if (Model === undefined) return [`no schema of ${manifest.apiVersion} ${manifest.kind}`];
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/**
 * Fields that no schema has, misspelt ones for the most part: an API server drops them without a word. The compiler finds them, as
 * an object literal may only have what its type has.
 */
export function unknownFields(manifests: readonly Manifest[]): string[] {
  const file = resolve('test/deploy/rendered-manifests.ts');
  const source = manifests
    .map((each, index) => {
      const type = `import(${JSON.stringify(moduleOf(each))}).I${each.kind}`;
      return `export const object${index}: ${type} = ${JSON.stringify(each, undefined, 1)};`;
    })
    .join('\n');
  const options: typescript.CompilerOptions = {
    module: typescript.ModuleKind.NodeNext,
    moduleResolution: typescript.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const host = typescript.createCompilerHost(options);
  const parse = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    if (resolve(name) === file) return typescript.createSourceFile(name, source, rest[0]);
    const parsed = declarations.get(name) ?? parse(name, ...rest);
    declarations.set(name, parsed);
    return parsed;
  };
  const program = typescript.createProgram([file], options, host);
  return typescript.getPreEmitDiagnostics(program).map(({ messageText, start }) => {
    const line = source.slice(0, start).split('\n').length;
    return `${typescript.flattenDiagnosticMessageText(messageText, ' ')} (at ${source.split('\n')[line - 1]?.trim()})`;
  });
}

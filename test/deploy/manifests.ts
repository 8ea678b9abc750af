import { resolve } from 'node:path';
import { resolveKustomize } from '@marketplace/local-stack';
import { parseAllDocuments } from 'yaml';

export const OVERLAYS = ['development', 'production'] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** An object of Kubernetes as kustomize renders it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

export async function renderOverlay(overlay: Overlay): Promise<Manifest[]> {
  const kustomize = await resolveKustomize((line) => process.stderr.write(`${line}\n`));
  const text = await kustomize.render(resolve('deploy/k8s/overlays', overlay));
  return parseAllDocuments(text).map((document) => withoutLineBreaks(document.toJS() as Manifest));
}

/** kustomize breaks long base64 into lines; what reads it ignores that, but its schema does not. */
function withoutLineBreaks(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Secret') return manifest;
  const data = Object.entries(manifest['data'] as Record<string, string>);
  return { ...manifest, data: Object.fromEntries(data.map(([name, value]) => [name, value.replaceAll(/\s/gu, '')])) };
}

/**
 * The only object of a kind and a name. kustomize appends a hash to the names of generated objects.
 *
 * @throws Error when there is none or more than one
 */
export function manifestOf(manifests: readonly Manifest[], kind: string, name = 'order-service'): Manifest {
  const found = manifests.filter(
    (each) => each.kind === kind && each.metadata.name.replace(/-[a-z0-9]{10}$/u, '') === name,
  );
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} objects ${kind} ${name} instead of one`);
  return found[0];
}

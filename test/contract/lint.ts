import { lint, loadConfig } from '@redocly/openapi-core';

/** Judges documents by redocly.yaml, offline. @returns what is wrong, for people; empty where nothing is */
export async function lintDocuments(paths: readonly string[]): Promise<string[]> {
  const config = await loadConfig({ configPath: 'redocly.yaml' });
  const found: string[] = [];
  for (const path of paths) {
    const problems = await lint({ ref: path, config });
    for (const { severity, ruleId, message, location } of problems) {
      found.push(`${path}${location[0]?.pointer ?? ''}: ${severity} ${ruleId}: ${message}`);
    }
  }
  return found;
}

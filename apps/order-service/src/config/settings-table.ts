import { getMetadataStorage } from 'class-validator';
import { Config } from './config.js';
import { parseConfig, settingNames } from './parse-config.js';

export const OPERATIONS_FILE = 'docs/operations.md';

const BEGIN = '<!-- settings: written by "npm run settings" -->';
const END = '<!-- end of settings -->';
const SETTING = /^(?:# )?(?<name>[A-Z][A-Z0-9_]*)=/u;

/**
 * The document with its table of settings as it should be.
 *
 * @param example .env.example, which says what each setting means
 */
export function withSettingsTable(document: string, example: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the document lacks "${BEGIN}" or "${END}"`);
  return `${before}${BEGIN}\n\n${settingsTable(example)}\n\n${END}${after}`;
}

function settingsTable(example: string): string {
  const meanings = meaningsOf(example);
  const defaults = parseConfig({}) as unknown as Readonly<Record<string, unknown>>;
  const production = parseConfig({ NODE_ENV: 'production', CONFIG_DEFAULTS: 'allowed' }) as unknown as typeof defaults;
  const rows = settingNames().map((name) => {
    const [usual, there] = [shown(defaults[name]), shown(production[name])];
    const differs = there !== usual && name !== 'NODE_ENV' && name !== 'CONFIG_DEFAULTS';
    const value = differs ? `${usual}; in production ${there}` : usual;
    return [`\`${name}\``, value, boundsOf(name), meanings.get(name) ?? ''];
  });
  return table([['setting', 'default', 'bounds', 'meaning'], ...rows]);
}

/** The comment that stands above each setting. */
function meaningsOf(example: string): Map<string, string> {
  const meanings = new Map<string, string>();
  let comment: string[] = [];
  for (const line of example.split('\n')) {
    const name = SETTING.exec(line)?.groups?.['name'];
    if (name !== undefined) meanings.set(name, comment.join(' '));
    comment = name === undefined && line.startsWith('# ') ? [...comment, line.slice(2)] : [];
  }
  return meanings;
}

function shown(value: unknown): string {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
    ? ''
    : `\`${value as string}\``;
}

/** What the rules of the field say, as far as it is more than its type. */
function boundsOf(name: string): string {
  const rules = getMetadataStorage()
    .getTargetValidationMetadatas(Config, '', true, false)
    .filter(({ propertyName }) => propertyName === name);
  const given = (rule: string): unknown => rules.find((each) => each.name === rule)?.constraints?.[0];
  const bound = (rule: string): number | undefined => given(rule) as number | undefined;
  const choices = given('isIn');
  if (Array.isArray(choices)) return choices.map((choice) => `\`${String(choice)}\``).join(', ');
  const [least, most, shortest] = [bound('min'), bound('max'), bound('minLength')];
  if (rules.some((each) => each.name === 'isPositive'))
    return most === undefined ? 'above 0' : `above 0, up to ${most}`;
  if (least !== undefined && most === Number.MAX_SAFE_INTEGER) return `from ${least}`;
  if (least !== undefined) return most === undefined ? `from ${least}` : `${least} to ${most}`;
  return shortest !== undefined && shortest > 1 ? `${shortest} characters or more` : '';
}

/** Aligned as the formatter of the documents would. */
function table(rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const widths = (escaped[0] ?? []).map((_, column) => Math.max(...escaped.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = escaped;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

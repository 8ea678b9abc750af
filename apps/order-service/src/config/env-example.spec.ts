import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Config } from './config.js';
import { parseConfig, settingNames } from './parse-config.js';

/** `NAME=value`; a field without a default stands behind a `#`. */
const SETTING = /^(?<unset># )?(?<name>[A-Z][A-Z0-9_]*)=(?<value>.*)$/u;

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly isUnset: boolean;
  /** The line above. */
  readonly explanation: string;
}

const lines = readFileSync('.env.example', 'utf8').split('\n');
const settings = lines.flatMap((line, index): Setting[] => {
  const { name, value, unset } = SETTING.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) return [];
  return [{ name, value, isUnset: unset !== undefined, explanation: lines[index - 1] ?? '' }];
});
const fields = settingNames();
const ofService = settings.filter(({ name }) => fields.includes(name));

describe('.env.example', () => {
  it('names every field of the configuration once, and nothing else but the dials of the simulator', () => {
    const names = settings.map(({ name }) => name).filter((name) => !name.startsWith('SIMULATOR_'));
    expect(fields.length).toBeGreaterThanOrEqual(Object.keys(new Config()).length);
    expect(names.sort()).toEqual(fields.sort());
  });

  it('gives each field its default', () => {
    const given = Object.fromEntries(
      ofService.filter(({ isUnset }) => !isUnset).map(({ name, value }) => [name, value]),
    );
    expect(parseConfig(given)).toEqual(parseConfig({}));
    const defaults = Object.entries(parseConfig({})).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    expect(Object.keys(given).sort()).toEqual(defaults.sort());
  });

  it.each(ofService)('explains $name', ({ explanation }) => {
    expect(explanation).toMatch(/^# \S.+\.$/u);
  });
});

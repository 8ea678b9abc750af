import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { settingNames } from './parse-config.js';
import { OPERATIONS_FILE, withSettingsTable } from './settings-table.js';

const example = readFileSync('.env.example', 'utf8');
const document = readFileSync(OPERATIONS_FILE, 'utf8');

describe('the table of settings', () => {
  it(`in ${OPERATIONS_FILE} is that of the configuration: run "npm run settings" when it is not`, () => {
    expect(withSettingsTable(document, example)).toBe(document);
  });

  it('explains every setting', () => {
    for (const name of settingNames())
      expect(document).toMatch(new RegExp(String.raw`^\| .${name}. +\|[^|]*\|[^|]*\| \S.+\. +\|$`, 'mu'));
  });

  it('needs its place in the document', () => {
    expect(() => withSettingsTable('no place', example)).toThrow('lacks');
  });
});

import { readFileSync } from 'node:fs';
import { PROGRAM_FLAGS } from './node-process.js';

it('starts programs as the image does', () => {
  const commands = [...readFileSync('Dockerfile', 'utf8').matchAll(/^CMD (.*)$/gmu)];
  expect(commands.map(([, command = '']) => (JSON.parse(command) as string[]).slice(0, -1))).toEqual([
    ['node', ...PROGRAM_FLAGS],
    ['node', ...PROGRAM_FLAGS],
  ]);
});

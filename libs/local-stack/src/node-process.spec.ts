import { readFileSync } from 'node:fs';
import { PROGRAM_ENVIRONMENT, PROGRAM_FLAGS } from './node-process.js';

it('starts programs as the image does', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const commands = [...dockerfile.matchAll(/^CMD (.*)$/gmu)];
  expect(commands.map(([, command = '']) => (JSON.parse(command) as string[]).slice(0, -1))).toEqual([
    ['node', ...PROGRAM_FLAGS],
    ['node', ...PROGRAM_FLAGS],
  ]);
  const settings = Object.entries(PROGRAM_ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  expect(dockerfile).toContain(`FROM base AS runtime\nENV NODE_ENV=production ${settings.join(' ')}\n`);
});

import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { resumeCommand } from './resume-command.js';

it.each([
  [resolve('quickstart-out'), 'npm start -- --resume'],
  ['/data/run-2', 'npm start -- --resume --out /data/run-2'],
  ['/data/my run', 'npm start -- --resume --out "/data/my run"'],
  ["/data/it's $1", `npm start -- --resume --out '/data/it'\\''s $1'`],
])('%s', (out, command) => {
  expect(resumeCommand(out)).toBe(command);
});

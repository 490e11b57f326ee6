// `npm start`, `npm test`, `npm run example` and `npm run bench`: each does its own set-up on a machine that has only Node and npm.
// Modules that newer syntax may enter are imported after the version check, so that an old Node gets the clear line.
import { readFileSync } from 'fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const wanted = engines.node.replace('>=', '');
const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  console.error(`Tessera needs Node ${wanted} or newer; this is Node ${process.versions.node}. See https://nodejs.org`);
  process.exit(1);
}

const [command, ...options] = process.argv.slice(2);
const programs = {
  start: ['quickstart', 'apps/quickstart'],
  example: ['examples', 'apps/examples'],
  bench: ['@tesserajs/benchmarks', 'packages/benchmarks'],
};
if (Object.hasOwn(programs, command ?? '')) {
  const { runProgram } = await import('./program.mjs');
  process.exitCode = await runProgram(...programs[command], options);
} else if (command === 'test') {
  const { runTests } = await import('./test.mjs');
  process.exitCode = await runTests(options);
} else {
  console.error(
    `usage: node scripts/run.mjs start|test|example|bench [options]; got ${command === undefined ? 'nothing' : `"${command}"`}`,
  );
  process.exitCode = 2;
}

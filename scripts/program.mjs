// Installs, builds and runs one program of this repository, and nothing that it does not need.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { environment, everythingIsInstalled, pnpmCommand, root, run } from './pnpm.mjs';

/** Runs the program of the package `name` in `directory` with `options`. Returns its exit code. */
export async function runProgram(name, directory, options) {
  const installed = await install(name, directory);
  if (installed !== 0) return installed;
  const built = await build(directory);
  if (built !== 0) return built;
  return forward(process.execPath, [`${root}${directory}/dist/main.js`, ...options]);
}

async function install(name, directory) {
  // `--prod` leaves out the workspace's development tools; where they are installed already, they stay.
  const selection = everythingIsInstalled() ? [] : ['--prod', '--trust-lockfile', '--filter', `${name}...`];
  const first = !existsSync(`${root}${directory}/node_modules`);
  if (first) console.log(`Installing what ${directory} needs; this happens once.`);
  return run(pnpmCommand('install', '--frozen-lockfile', ...selection), { quiet: !first });
}

function build(directory) {
  // Types are checked by `npm test`; here the packages' type-only development dependencies are not installed.
  const compiler = `${root}${directory}/node_modules/typescript-7/bin/tsc`;
  return run([process.execPath, [compiler, '--build', directory, '--noCheck']], { quiet: true });
}

/**
 * Runs a command to its end, passing each Ctrl-C on to it once: npm repeats the terminal's signal, so the command gets a
 * process group of its own and repetitions within half a second are dropped. Returns its exit code.
 */
export function forward(command, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, {
      stdio: 'inherit',
      env: environment,
      detached: process.platform !== 'win32',
    });
    const lastPassed = {};
    const pass = (signal) => {
      if (performance.now() - (lastPassed[signal] ?? -Infinity) < 500) return;
      lastPassed[signal] = performance.now();
      child.kill(signal);
    };
    if (process.platform !== 'win32') {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
      process.on('SIGWINCH', () => child.kill('SIGWINCH'));
    } else {
      // On Windows the console itself tells every process; this one only has to outlive the command.
      process.on('SIGINT', () => {});
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

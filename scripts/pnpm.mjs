// Runs the pnpm that package.json pins, through npx: nothing but Node and npm has to be there.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** The environment of every command that these scripts start. */
export const environment = {
  ...process.env,
  // onnxruntime-node runs on the CPU without its install script, which would download CUDA libraries.
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
};

/** Splits a pnpm call into what `child_process.spawn` takes. */
export function pnpmCommand(...options) {
  return ['npx', ['--yes', packageManager, ...options], { shell: process.platform === 'win32' }];
}

/** Whether every package is installed with its development tools, and not only what a program needs. */
export function everythingIsInstalled() {
  return existsSync(`${root}node_modules/turbo`);
}

/** Runs a command to its end; `quiet` keeps its output back unless it fails. Returns its exit code. */
export function run([command, options, settings], { quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, {
      cwd: root,
      env: environment,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      ...settings,
    });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(chunks));
      resolve(code ?? 1);
    });
  });
}

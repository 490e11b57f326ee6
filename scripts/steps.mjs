// Runs named steps, some at the same time, and measures each.
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { environment, root } from './pnpm.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {[string, string[], object?]} command what `child_process.spawn` takes
 * @property {Record<string, string>} [variables] added to its environment
 * @property {string[]} [after] names of steps that must have passed before this one starts
 * @property {string} [skip] why this step is not run
 *
 * @typedef {object} Result
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped' | 'not run'} state
 * @property {number} seconds
 * @property {string} [reason] why it was not run
 */

/** A command from the root's node_modules/.bin. */
export function tool(name, ...options) {
  return [name, options, { shell: process.platform === 'win32' }];
}

/**
 * Runs the steps in order, at most `lanes` at a time; a step waits for those named in its `after`.
 * The output of a failed step is printed in full, that of others is dropped.
 * @param {Step[]} steps
 * @param {number} lanes
 * @returns {Promise<Result[]>}
 */
export async function runSteps(steps, lanes) {
  /** @type {Map<string, Result>} */
  const results = new Map();
  const waiting = [...steps];
  const running = new Set();
  const names = new Set(steps.map((step) => step.name));
  const isDone = (name) => !names.has(name) || results.has(name);
  const isBlocked = (name) => names.has(name) && ['failed', 'not run'].includes(results.get(name)?.state ?? '');

  while (waiting.length > 0 || running.size > 0) {
    for (const step of [...waiting]) {
      const after = step.after ?? [];
      if (running.size >= lanes || !after.every(isDone)) continue;
      waiting.splice(waiting.indexOf(step), 1);
      const blocker = after.find(isBlocked);
      if (step.skip !== undefined || blocker !== undefined) {
        const state = step.skip === undefined ? 'not run' : 'skipped';
        const reason = step.skip ?? `${blocker} failed`;
        results.set(step.name, { name: step.name, state, seconds: 0, reason });
        print(results.get(step.name));
        continue;
      }
      const run = runStep(step).then((result) => {
        results.set(step.name, result);
        running.delete(run);
      });
      running.add(run);
    }
    if (running.size > 0) await Promise.race(running);
  }
  return steps.map((step) => results.get(step.name));
}

/** @param {Step} step @returns {Promise<Result>} */
function runStep({ name, command: [command, options, settings], variables }) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, options, {
      cwd: root,
      env: { ...environment, PATH: `${root}node_modules/.bin${delimiter}${process.env.PATH}`, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...settings,
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => chunks.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      /** @type {Result} */
      const result = { name, state: code === 0 ? 'passed' : 'failed', seconds: (performance.now() - start) / 1000 };
      print(result);
      if (code !== 0) {
        console.log(`--- output of ${name} (${[command, ...options].join(' ')}; exit code ${code})`);
        process.stdout.write(Buffer.concat(chunks));
        console.log(`--- end of ${name}`);
      }
      resolve(result);
    });
  });
}

function print({ name, state, seconds, reason }) {
  const mark = { passed: '✓', failed: '✗', skipped: '-', 'not run': '✗' }[state];
  console.log(`${mark} ${name.padEnd(18)} ${reason === undefined ? `${seconds.toFixed(1)} s` : `${state}: ${reason}`}`);
}

import { resolve } from 'node:path';
import { defaultOut, workingDirectory } from './options.js';

/** The command that goes on with the training in the directory `out`. */
export function resumeCommand(out: string): string {
  const command = 'npm start -- --resume';
  return out === resolve(workingDirectory(), defaultOut) ? command : `${command} --out ${quoted(out)}`;
}

/** Quotes for the shells of POSIX, and double quotes, which those of Windows know too, where they suffice. */
function quoted(path: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(path)) return path;
  return /["$`!]/.test(path) ? `'${path.replaceAll("'", `'\\''`)}'` : `"${path}"`;
}

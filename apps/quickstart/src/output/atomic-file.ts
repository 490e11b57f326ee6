import { rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileFailure, QuickstartError } from '../errors.js';

/** Temporary files that exist at this moment. */
const unfinished = new Set<string>();

process.on('exit', () => {
  for (const file of unfinished) rmSync(file, { force: true });
});

/**
 * Writes a file under a temporary name, has it reach the disk, and renames it: at every moment `file` is what it was
 * before, or whole. Throws a QuickstartError naming the file and the cause.
 */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  unfinished.add(temporary);
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new QuickstartError(`cannot write ${file}: ${fileFailure(cause)}`, { cause });
  } finally {
    unfinished.delete(temporary);
  }
}

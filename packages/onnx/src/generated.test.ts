import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const tools = join(packageFolder, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${tools}${delimiter}${process.env.PATH ?? ''}` };

/** buf comes as a binary for each platform, which an installation may leave out. */
const hasBuf = existsSync(tools) && spawnSync('buf', ['--version'], { env, shell: true }).status === 0;

it.skipIf(!hasBuf)('is what the generator makes of onnx.proto', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-generated-'));
  try {
    const { status, stderr } = spawnSync('buf', ['generate', '-o', folder], { cwd: packageFolder, env, shell: true });
    expect(status, String(stderr)).toBe(0);
    const path = 'src/generated/onnx_pb.ts';
    const regenerated = readFileSync(join(folder, path), 'utf8');
    expect(
      readFileSync(join(packageFolder, path), 'utf8') === regenerated,
      'run `pnpm generate` in packages/onnx',
    ).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

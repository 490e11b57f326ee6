import { expect, it } from 'vitest';
import { runModule } from './child.fixture.js';
import type { Growth } from './leaks.fixture.js';

it('keeps nothing of ten thousand steps, whatever the loop does', async () => {
  const growth = (await runModule(new URL('./leaks.fixture.ts', import.meta.url), ['--expose-gc'])) as Record<
    string,
    Growth
  >;
  expect(Object.keys(growth)).toHaveLength(7);
  for (const [loop, { rss, liveBytes, liveTensors, executables }] of Object.entries(growth)) {
    expect.soft(rss, `${loop}: bytes of the process per step`).toBeLessThan(1000);
    expect.soft(liveBytes, `${loop}: bytes of tensors per step`).toBeLessThan(1);
    expect.soft(liveTensors, `${loop}: tensors per step`).toBeLessThan(0.01);
    expect.soft(executables, `${loop}: executables`).toBe(0);
  }
}, 120_000);

import { expect, it } from 'vitest';
import { statedVersions } from '../scripts/release.mjs';

it('states the version of a package in its sources as package.json does', () => {
  const stated = statedVersions();
  expect(stated).not.toEqual([]);
  for (const { file, stated: inSource, version } of stated) expect(inSource, file).toBe(version);
});

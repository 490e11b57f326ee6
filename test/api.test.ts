import { expect, it } from 'vitest';
import { apiSurface } from './api-surface.js';

it('has the public surface that packages/tensor/api.md says (after a wanted change: npx vitest run test/api.test.ts -u)', async () => {
  await expect(apiSurface('tensor')).toMatchFileSnapshot('../packages/tensor/api.md');
});

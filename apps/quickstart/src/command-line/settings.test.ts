import { expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { defaultSettings, isSettings, newSettings, resumedSettings } from './settings.js';

it('a new training takes what is given and defaults', () => {
  expect(newSettings({ seed: 5 })).toEqual({ ...defaultSettings, seed: 5 });
});

it('a resumed training keeps its settings; only the epochs may change', () => {
  const saved = { ...defaultSettings, seed: 5, fashion: true };
  expect(resumedSettings({}, saved, 2)).toEqual(saved);
  expect(resumedSettings({ seed: 5, epochs: 9 }, saved, 2)).toEqual({ ...saved, epochs: 9 });
});

it.each([
  [{ seed: 6 }, '--seed 6 contradicts --resume: this training was started with --seed 5'],
  [{ batchSize: 64 }, '--batch-size 64 contradicts --resume: this training was started with --batch-size 128'],
  [{ fashion: true }, '--fashion contradicts --resume: this training was started without --fashion'],
  [{ epochs: 2 }, '--epochs 2 contradicts --resume: 3 have begun'],
  [{ data: '/images' }, '--data /images contradicts --resume: this training was started without --data'],
])('a resumed training refuses %o', (given, message) => {
  expect(() => resumedSettings(given, { ...defaultSettings, seed: 5 }, 3)).toThrow(new UsageError(message));
});

it('settings from a file are checked', () => {
  expect(isSettings({ ...defaultSettings, data: '/images' })).toBe(true);
  for (const wrong of [
    null,
    [],
    { ...defaultSettings, epochs: 0 },
    { ...defaultSettings, seed: '1' },
    { ...defaultSettings, backend: 'gpu' },
    { ...defaultSettings, data: 1 },
  ]) {
    expect(isSettings(wrong)).toBe(false);
  }
});

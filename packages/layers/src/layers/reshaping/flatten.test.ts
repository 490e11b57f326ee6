import { describe } from 'vitest';
import { testAgainstKeras, testLayer } from '../contract.fixture.js';
import { flatten } from './flatten.js';

describe('flatten', () => {
  testLayer({ make: () => flatten(), inputShape: [2, 3, 2, 2], outputShape: [2, 12], weights: {} });
});

describe('flatten of scalars', () => {
  testLayer({ make: () => flatten(), inputShape: [3], outputShape: [3, 1], weights: {} });
});

testAgainstKeras('flatten', () => flatten());

import { TesseraError } from './errors.js';

/** Class and text of each action's error, one a line; every error of this package is thrown at once. */
export function errorTexts(...actions: (() => unknown)[]): string {
  return actions
    .map((action) => {
      try {
        action();
      } catch (error) {
        return error instanceof TesseraError ? `${error.name}: ${error.message}` : `not ours: ${String(error)}`;
      }
      return 'nothing thrown';
    })
    .join('\n');
}

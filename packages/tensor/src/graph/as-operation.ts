import { TesseraError } from '../errors.js';

/**
 * Computes an operation that is composed of others: an error of one of them names the operation that the user called, where
 * texts begin with a name.
 */
export function asOperation<T>(operation: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof TesseraError) {
      const { message } = error;
      error.message = operation + message.slice(message.indexOf(':'));
      if (error.stack !== undefined) error.stack = error.stack.replace(message, () => error.message);
    }
    throw error;
  }
}

import { TesseraError } from '@tesserajs/tensor';

/** Permanent codes of the errors of this package; a code never changes its meaning. */
export type DataErrorCode = 'ARGUMENT' | 'FILE' | 'FORMAT' | 'VALUE' | 'STATE';

/** Base of every error that this package throws on purpose; `code` is permanent, texts may be improved. */
export class DataError extends TesseraError {
  declare readonly code: DataErrorCode;
}

/** A function was given an argument or option that is out of its range. */
export class DataArgumentError extends DataError {
  constructor(message: string) {
    super('ARGUMENT', message);
  }
}

/** A file is missing or cannot be read. */
export class DataFileError extends DataError {
  constructor(message: string, options?: ErrorOptions) {
    super('FILE', message, options);
  }
}

/** Bytes from outside do not have the format that they claim, or files that belong together contradict each other. */
export class DataFormatError extends DataError {
  constructor(message: string, options?: ErrorOptions) {
    super('FORMAT', message, options);
  }
}

/** A single value is out of its range: a label that names no class, a NaN. */
export class DataValueError extends DataError {
  constructor(message: string) {
    super('VALUE', message);
  }
}

/** A saved position in a data set is damaged or belongs to other batches. */
export class DataStateError extends DataError {
  constructor(message: string) {
    super('STATE', message);
  }
}

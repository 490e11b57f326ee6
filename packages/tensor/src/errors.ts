/** Permanent codes of the errors of all Tessera packages; a code never changes its meaning. */
export type ErrorCode =
  | 'SHAPE'
  | 'DTYPE'
  | 'ARGUMENT'
  | 'TRACE'
  | 'ESCAPED_TRACER'
  | 'DONATED'
  | 'FREED'
  | 'EXECUTION'
  | 'UNSUPPORTED'
  | 'OUT_OF_MEMORY'
  | 'PENDING_LIMIT'
  | 'FORMAT'
  | 'FILE'
  | 'VALUE'
  | 'STATE'
  | 'MODEL_TOO_LARGE'
  | 'DUPLICATE_PACKAGE';

/** Base of every error that Tessera throws on purpose; `code` is permanent, texts may be improved. */
export class TesseraError extends Error {
  /** Permanent code, for programs. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** Shapes, ranks or axes do not fit; thrown when the operation is built. */
export class ShapeError extends TesseraError {
  constructor(message: string) {
    super('SHAPE', message);
  }
}

/** dtypes do not fit; thrown when the operation is built. */
export class DTypeError extends TesseraError {
  constructor(message: string) {
    super('DTYPE', message);
  }
}

/** An option or argument other than a shape or dtype is out of its range. */
export class ArgumentError extends TesseraError {
  constructor(message: string) {
    super('ARGUMENT', message);
  }
}

/** A traced function did something that a trace cannot hold: read a value, returned a Promise. */
export class TraceError extends TesseraError {
  constructor(message: string) {
    super('TRACE', message);
  }
}

/** A tracer was used after the trace that made it ended. */
export class EscapedTracerError extends TesseraError {
  constructor(message: string) {
    super('ESCAPED_TRACER', message);
  }
}

/** A tensor was used after it was donated to a compiled function. */
export class DonatedError extends TesseraError {
  constructor(message: string) {
    super('DONATED', message);
  }
}

/** A tensor was used after the memory scope ended in which it was made. */
export class FreedError extends TesseraError {
  constructor(message: string) {
    super('FREED', message);
  }
}

/** A run failed; every later read of its results rejects with the same error. */
export class ExecutionError extends TesseraError {
  constructor(message: string, options?: ErrorOptions) {
    super('EXECUTION', message, options);
  }
}

/** The backend cannot do this at all, and says what it lacks. */
export class UnsupportedError extends TesseraError {
  constructor(message: string) {
    super('UNSUPPORTED', message);
  }
}

/** An allocation would exceed what the backend or JavaScript can hold; carries the totals in its text. */
export class OutOfMemoryError extends TesseraError {
  constructor(message: string) {
    super('OUT_OF_MEMORY', message);
  }
}

/** Too many operations wait for a value to be asked for. */
export class PendingLimitError extends TesseraError {
  constructor(message: string) {
    super('PENDING_LIMIT', message);
  }
}

/** Bytes from outside do not have the format that they claim. */
export class FormatError extends TesseraError {
  constructor(message: string) {
    super('FORMAT', message);
  }
}

/** Two copies of this package were loaded into one program. */
export class DuplicatePackageError extends TesseraError {
  constructor(message: string) {
    super('DUPLICATE_PACKAGE', message);
  }
}

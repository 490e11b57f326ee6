/** A failure that the user can understand and act on. It ends the program with one line and `exitCode`. */
export class QuickstartError extends Error {
  override readonly name: string = 'QuickstartError';
  readonly exitCode: number = 1;
}

/** A mistake in the command line. */
export class UsageError extends QuickstartError {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}

/** The user stopped the program with a signal; `exitCode` is the one that shells use for it. */
export class InterruptedError extends QuickstartError {
  override readonly name = 'InterruptedError';
  override readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What a failed file operation says, in words. Texts for the codes that a healthy program can meet. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left on the disk'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EIO', 'the disk reports an input/output error'],
  ['ENOENT', 'no such file or directory'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['EISDIR', 'a directory is in the way'],
  ['EEXIST', 'a file is in the way'],
  ['ENOTEMPTY', 'a directory is in the way'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EMFILE', 'too many files are open'],
]);

/** The code of an error of the operating system, such as `ENOSPC`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Why a file operation failed, in words. */
export function fileFailure(error: unknown): string {
  const code = errorCode(error);
  return (code === undefined ? undefined : reasons.get(code)) ?? firstLine(error);
}

/** The first line of an error's message. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? '';
}

/** The exit code that an error ends the program with. */
export function exitCodeOf(error: unknown): number {
  return error instanceof QuickstartError ? error.exitCode : 1;
}

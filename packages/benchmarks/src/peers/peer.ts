/** A library under measurement, run as a child process that speaks the protocol. */
export interface Peer {
  readonly name: string;
  /** The command that starts it, or why it cannot be started here. */
  command(): { readonly file: string; readonly args: readonly string[] } | { readonly absent: string };
}

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Memory, readMemory } from './memory.js';
import type { Peer } from './peers/peer.js';
import type { Absent, LoadRequest, Ran, Ready, Reply, Request } from './protocol.js';

/** A training step of plain JavaScript convolutions takes minutes. */
const replyTimeout = 1_800_000;
const exitTimeout = 5_000;
const keptOutput = 2_000;

/** One running peer. Requests are answered in turn; there is never more than one on its way. */
export class PeerProcess {
  readonly #name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<void>;
  #settle: ((reply: Reply) => void) | undefined;
  #ended: string | undefined;
  #output = '';

  private constructor(name: string, file: string, args: readonly string[]) {
    this.#name = name;
    this.#child = spawn(file, args, { stdio: 'pipe' });
    this.#child.stderr.on('data', (data: Buffer) => {
      this.#keep(data.toString());
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#read(line);
    });
    // A peer that has died cannot take a request: the exit is what gets reported.
    this.#child.stdin.on('error', () => undefined);
    this.#exited = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#ended = reason;
        this.#finish({
          event: 'failed',
          error: `${reason}${this.#output === '' ? '' : `:\n${this.#output.trimEnd()}`}`,
        });
        resolve();
      };
      this.#child.on('error', (error) => {
        end(`cannot start ${file}: ${error.message}`);
      });
      this.#child.on('close', (code, signal) => {
        end(`process ended with ${signal ?? `exit code ${code}`}`);
      });
    });
  }

  /** Starts the peer and loads a workload. Throws when the peer fails. */
  static async load(peer: Peer, request: LoadRequest): Promise<{ process: PeerProcess; ready: Ready } | Absent> {
    const command = peer.command();
    if ('absent' in command) return { event: 'absent', reason: command.absent };
    const process = new PeerProcess(peer.name, command.file, command.args);
    try {
      const reply = await process.#ask(request);
      if (reply.event === 'ready') return { process, ready: reply };
      if (reply.event === 'absent') {
        await process.stop();
        return reply;
      }
      throw unexpected(peer.name, request, reply);
    } catch (error) {
      await process.stop();
      throw error;
    }
  }

  /** Memory that it takes now, and took at most so far. Null where the system does not tell. */
  memory(): Memory | null {
    return readMemory(this.#child.pid);
  }

  /** Runs the next steps. Throws when the peer fails. */
  async run(steps: number): Promise<Ran> {
    const request = { command: 'run', steps } as const;
    const reply = await this.#ask(request);
    if (reply.event !== 'ran') throw unexpected(this.#name, request, reply);
    return reply;
  }

  /** Ends the process: by closing its input, by force if that is not enough. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), exitTimeout);
    await this.#exited;
    clearTimeout(timer);
  }

  #ask(request: Request): Promise<Reply> {
    if (this.#ended !== undefined) return Promise.resolve({ event: 'failed', error: this.#ended });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#finish({ event: 'failed', error: `no reply within ${replyTimeout / 1000} s` });
        this.#child.kill('SIGKILL');
      }, replyTimeout);
      this.#settle = (reply) => {
        clearTimeout(timer);
        resolve(reply);
      };
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  #read(line: string): void {
    // What native code prints on stdout is not JSON; it is kept to explain a failure.
    if (line.startsWith('{"event":')) this.#finish(JSON.parse(line) as Reply);
    else this.#keep(`${line}\n`);
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-keptOutput);
  }

  #finish(reply: Reply): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(reply);
  }
}

function unexpected(peer: string, request: Request, reply: Reply): Error {
  return new Error(
    `${peer}: ${request.command}: ${reply.event === 'failed' ? reply.error : `unexpected ${reply.event}`}`,
  );
}

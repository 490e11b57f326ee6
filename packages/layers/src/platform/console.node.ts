import cliProgress from 'cli-progress';
import type { Bar, Console } from './types.js';

/** What the bar needs of a terminal. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): boolean;
}

/** Widest bar; it gives way to the texts on a narrow terminal. */
const barWidth = 24;

/** Filled blocks, a lighter shade for the rest. */
function blocks(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** One line: the text before, the bar with its percentage, the text after. */
function line(share: number | null, before: string, after: string, columns: number): string {
  const join = (...texts: string[]): string => texts.filter((text) => text !== '').join('  ');
  if (share === null) return join(before, after);
  const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
  const width = Math.min(barWidth, columns - join(before, percent, after).length - 2);
  return join(before, width < 4 ? percent : `${blocks(share, width)} ${percent}`, after);
}

function openBar(stream: TerminalStream): Bar {
  let texts: readonly [share: number | null, before: string, after: string] = [0, '', ''];
  const bar = new cliProgress.SingleBar({
    stream,
    fps: 10,
    linewrap: true, // long lines are cut; the mode of the terminal stays as it is
    hideCursor: false, // so that nothing has to be restored when the program is killed
    gracefulExit: false, // signals are the program's own
    clearOnComplete: false,
    format: () => line(...texts, stream.columns ?? 80),
  });
  bar.start(1, 0);
  return {
    update(share, before, after) {
      texts = [share, before, after];
      bar.update(share ?? 0);
    },
    stop() {
      bar.stop();
    },
  };
}

/** A console over a stream; the process's standard error by default. */
export function consoleOn(stream: TerminalStream): Console {
  return {
    openBar: () => (stream.isTTY === true ? openBar(stream) : null),
    writeLine: (text) => {
      stream.write(`${text}\n`);
    },
    yieldToEvents: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  };
}

/** The console of Node: a bar on standard error if that is a terminal, else lines. */
export const platformConsole: Console = consoleOn(process.stderr);

import cliProgress from 'cli-progress';
import type { Bar, Console } from './types.js';

/** What the bar needs of a terminal. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): boolean;
}

const barWidth = 24;

/** Draws the bar: filled blocks, a lighter shade for the rest. */
function blocks(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
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
    format: () => {
      const [share, before, after] = texts;
      return [before, share === null ? '' : `${blocks(share)} ${String(Math.floor(share * 100)).padStart(3)}%`, after]
        .filter((text) => text !== '')
        .join('  ');
    },
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

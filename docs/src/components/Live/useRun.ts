import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { Failure, LogLevel, MosaicPicture, RunEvent } from '@site/src/live/protocol';
import { run, type Run } from '@site/src/live/run';

export interface RunState {
  status: 'idle' | 'loading' | 'running' | 'finished' | 'failed' | 'stopped';
  lines: readonly { level: LogLevel; text: string }[];
  curves: ReadonlyMap<string, readonly number[]>;
  picture?: MosaicPicture;
  drawing?: { canvas: HTMLCanvasElement; label: string };
  module?: string;
  failure?: Failure;
  seconds?: number;
}

type Action =
  | { type: 'begin' }
  | { type: 'clear' }
  | { type: 'stop' }
  | { type: 'events'; events: readonly RunEvent[]; canvas: HTMLCanvasElement; seconds: number };

const idle: RunState = { status: 'idle', lines: [], curves: new Map() };

function applyEvents(state: RunState, { events, canvas, seconds }: Extract<Action, { type: 'events' }>): RunState {
  const next: RunState = { ...state };
  const lines = [...state.lines];
  const curves = new Map<string, number[]>();
  for (const [name, values] of state.curves) curves.set(name, [...values]);
  for (const event of events) {
    if (event.type === 'loading') next.module = event.module;
    else if (event.type === 'started') next.status = 'running';
    else if (event.type === 'log') lines.push({ level: event.level, text: event.text });
    else if (event.type === 'mosaic') next.picture = event.picture;
    else if (event.type === 'canvas') next.drawing = { canvas, label: event.label };
    else if (event.type === 'plot') {
      for (const [name, value] of Object.entries(event.values)) {
        const values = curves.get(name);
        if (values) values.push(value);
        else curves.set(name, [value]);
      }
    } else {
      next.status = event.type;
      next.seconds = seconds;
      if (event.type === 'failed') next.failure = event.failure;
    }
  }
  return { ...next, lines, curves };
}

function reduce(state: RunState, action: Action): RunState {
  switch (action.type) {
    case 'begin':
      return { ...idle, status: 'loading' };
    case 'clear':
      return idle;
    case 'stop':
      return { ...state, status: 'stopped' };
    case 'events':
      return applyEvents(state, action);
  }
}

/** How long events are gathered before the page redraws: one frame. */
const GATHER_MILLISECONDS = 16;

/** One example's runs: its state, and the three things a reader can do. */
export function useRun(): { state: RunState; start: (source: string) => void; stop: () => void; clear: () => void } {
  const [state, dispatch] = useReducer(reduce, idle);
  const current = useRef<Run | null>(null);

  const end = useCallback(() => {
    current.current?.stop();
    current.current = null;
  }, []);
  useEffect(() => end, [end]);

  const start = useCallback(
    (source: string) => {
      end();
      dispatch({ type: 'begin' });
      const canvas = document.createElement('canvas');
      const began = performance.now();
      let events: RunEvent[] = [];
      const mine = run(source, canvas, (event) => {
        if (events.push(event) > 1) return;
        setTimeout(() => {
          const gathered = events;
          events = [];
          if (current.current !== mine) return;
          dispatch({ type: 'events', events: gathered, canvas, seconds: (performance.now() - began) / 1000 });
        }, GATHER_MILLISECONDS);
      });
      current.current = mine;
    },
    [end],
  );
  const stop = useCallback(() => {
    end();
    dispatch({ type: 'stop' });
  }, [end]);
  const clear = useCallback(() => {
    end();
    dispatch({ type: 'clear' });
  }, [end]);
  return { state, start, stop, clear };
}

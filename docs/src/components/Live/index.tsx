import React, { Suspense, lazy, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import useIsBrowser from '@docusaurus/useIsBrowser';
import type { MosaicPicture } from '@site/src/live/protocol';
import Curves from './Curves';
import Mosaic from './Mosaic';
import StaticCode from './StaticCode';
import styles from './styles.module.css';
import { useRun, type RunState } from './useRun';

const Editor = lazy(() => import('./Editor'));

export interface LiveProps {
  code: string;
  /** A file name, shown above the code. */
  title?: string;
  /** Beside each other where there is room, or the output below the code. */
  layout?: 'wide' | 'stacked';
  /** What stands in the place of the mosaic before the first run. */
  poster?: MosaicPicture;
}

function statusText({ status, module, seconds = 0 }: RunState): string {
  switch (status) {
    case 'idle':
      return '';
    case 'loading':
      return module ? `Loading ${module}` : 'Starting';
    case 'running':
      return 'Running';
    case 'finished':
      return `Finished in ${seconds.toFixed(1)} s`;
    case 'failed':
      return 'Failed';
    case 'stopped':
      return 'Stopped';
  }
}

function Drawing({ canvas, label }: { canvas: HTMLCanvasElement; label: string }): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => host.current?.replaceChildren(canvas), [canvas]);
  return <div ref={host} className={styles.drawing} role="img" aria-label={label} />;
}

function Console({ lines }: { lines: RunState['lines'] }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines]);
  return (
    <div ref={box} className={styles.console} role="log" aria-label="Console" tabIndex={0}>
      {lines.length === 0 && <div className={styles.placeholder}>Console</div>}
      {lines.map(({ level, text }, index) => (
        <div key={index} data-level={level}>
          {text}
        </div>
      ))}
    </div>
  );
}

function Failure({ failure }: { failure: NonNullable<RunState['failure']> }): ReactNode {
  return (
    <div className={styles.failure} role="alert">
      {failure.line !== undefined && <b>Line {failure.line}</b>}
      <span>{failure.message}</span>
    </div>
  );
}

/** A TypeScript example that the reader edits and runs in the page. */
export default function Live({ code, title, layout = 'stacked', poster }: LiveProps): ReactNode {
  const isBrowser = useIsBrowser();
  const source = useRef(code);
  const [edited, setEdited] = useState(false);
  const [edition, setEdition] = useState(0);
  const { state, start, stop, clear } = useRun();
  const busy = state.status === 'loading' || state.status === 'running';

  const onChange = useCallback(
    (text: string) => {
      source.current = text;
      setEdited(text !== code);
    },
    [code],
  );
  const onRun = useCallback(() => start(source.current), [start]);
  const reset = useCallback(() => {
    clear();
    onChange(code);
    setEdition((count) => count + 1);
  }, [clear, code, onChange]);

  const picture = state.picture ?? (state.drawing ? undefined : poster);
  const fallback = <StaticCode code={code} />;
  const showsOutput = layout === 'wide' || picture || state.drawing || state.curves.size > 0 || state.lines.length > 0;

  const name = title ?? 'Live example';
  return (
    <section className={styles.live} data-layout={layout} data-status={state.status} aria-label={`Example ${name}`}>
      <header className={styles.bar}>
        <span className={styles.title}>
          {name}
          {edited && <span className={styles.edited}> (edited)</span>}
        </span>
        <span className={styles.status} role="status" aria-live="polite">
          {statusText(state)}
        </span>
        <button type="button" className={styles.reset} onClick={reset} disabled={!edited && state.status === 'idle'}>
          Reset
        </button>
        {/* One button for both, so that the focus stays on it. */}
        <button
          type="button"
          className={styles.run}
          data-action={busy ? 'stop' : 'run'}
          title={busy ? undefined : 'Ctrl + Enter in the editor'}
          onClick={busy ? stop : onRun}
        >
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <path d={busy ? 'M2.2 2.2h7.6v7.6H2.2z' : 'M3 1.6v8.8L10.4 6z'} />
          </svg>
          {busy ? 'Stop' : 'Run'}
        </button>
      </header>
      {state.failure && <Failure failure={state.failure} />}
      <div className={styles.body}>
        <div className={styles.code}>
          {isBrowser ? (
            <Suspense fallback={fallback}>
              <Editor
                key={edition}
                initial={code}
                label={`Editable code: ${name}`}
                wrongLine={state.failure?.line}
                onChange={onChange}
                onRun={onRun}
              />
            </Suspense>
          ) : (
            fallback
          )}
        </div>
        {showsOutput && (
          <div className={styles.output}>
            {picture && (
              <div className={styles.picture} data-poster={picture === poster || undefined}>
                <Mosaic picture={picture} />
              </div>
            )}
            {state.drawing && <Drawing {...state.drawing} />}
            {(layout === 'wide' || state.curves.size > 0) && <Curves curves={state.curves} />}
            {(layout === 'wide' || state.lines.length > 0) && <Console lines={state.lines} />}
          </div>
        )}
      </div>
    </section>
  );
}

import React, { useState, type ReactNode } from 'react';
import styles from './CopyCommand.module.css';

/** A shell command with a button that copies it. */
export default function CopyCommand({ command }: { command: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
    setTimeout(() => setCopied(false), 1600);
  };
  return (
    <div className={styles.command}>
      <code>{command}</code>
      <button type="button" onClick={() => void copy()} aria-label={`Copy: ${command}`}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={copied ? 'M3 8.5l3.2 3.2L13 4.8' : 'M6 5.5h7.5V14H6zM10 5.5V2.5H2.5V11H6'} />
        </svg>
      </button>
      <span className={styles.announcement} aria-live="polite">
        {copied ? 'Copied' : ''}
      </span>
    </div>
  );
}

declare const output: import('../src/live/output').Output;

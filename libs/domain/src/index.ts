export * from './money.js';
export * from './allocation.js';
export * from './state-machine.js';

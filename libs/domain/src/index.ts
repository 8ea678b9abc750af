export * from './money.js';
export * from './allocation.js';
export * from './amounts.js';
export * from './applied-requests.js';
export * from './state-machine.js';

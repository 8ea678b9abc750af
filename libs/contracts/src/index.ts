export * from './subjects.js';
export * from './problem-codes.js';
export * from './catalog.messages.js';
export * from './inventory.messages.js';
export * from './payment.messages.js';
export * from './notification.messages.js';
export * from './order.events.js';
export * from './simulator.messages.js';

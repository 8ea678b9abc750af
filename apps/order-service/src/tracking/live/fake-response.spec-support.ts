import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';

/** Stands in for a reply that is being written; as a real one it does not take anything after its end. */
export class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  readonly headers: Record<string, string> = {};
  statusCode = 0;
  hasEnded = false;
  destroyed = false;
  /** Whether the reader takes what is written. */
  isRead = true;
  writableLength = 0;
  readonly socket = { setNoDelay: () => undefined };

  get asResponse(): Response {
    return this as unknown as Response;
  }

  get text(): string {
    return this.written.join('');
  }

  /** Names of the events so far. */
  get events(): string[] {
    return [...this.text.matchAll(/^event: (.+)$/gmu)].map(([, name]) => name ?? '');
  }

  get ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)\nevent:/gmu)].map(([, id]) => Number(id));
  }

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  setHeader(name: string, value: string): this {
    this.headers[name] = value;
    return this;
  }

  flushHeaders(): void {
    this.#demandOpen();
  }

  write(text: string): boolean {
    this.#demandOpen();
    this.written.push(text);
    if (!this.isRead) this.writableLength += text.length;
    return this.isRead;
  }

  end(text = ''): this {
    this.#demandOpen();
    if (text !== '') this.written.push(text);
    this.hasEnded = true;
    if (this.isRead) this.destroy();
    return this;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }

  /** The reader takes everything that waits. */
  drain(): void {
    this.writableLength = 0;
    this.emit('drain');
  }

  #demandOpen(): void {
    if (this.hasEnded || this.destroyed) throw new Error('write after end');
  }
}

export function requestOf(method: 'GET' | 'HEAD' = 'GET'): Request {
  return { method } as Request;
}

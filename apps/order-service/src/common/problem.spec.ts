import { jest } from '@jest/globals';
import { BadRequestException, ForbiddenException, HttpException, NotFoundException } from '@nestjs/common';
import { ProblemError, PROBLEMS, type ProblemCode } from '@marketplace/contracts';
import { IllegalTransitionError } from '@marketplace/domain';
import { mongo } from 'mongoose';
import { log } from './logger.js';
import { isTemporary, problemOf, retryAfterSeconds } from './problem.js';

const INSTANCE = '/orders/1';
const codeOf = (error: unknown): ProblemCode => problemOf(error, INSTANCE).code;

describe('an expected failure', () => {
  it.each(Object.keys(PROBLEMS) as ProblemCode[])('%s becomes a problem document', (code) => {
    expect(problemOf(new ProblemError(code, 'because'), INSTANCE)).toEqual({
      type: `https://marketplace.example/problems/${code.replaceAll('_', '-')}`,
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      code,
      detail: 'because',
      instance: INSTANCE,
    });
  });

  it('brings its own members along', () => {
    const short = [{ sku: 'a', available: 1 }];
    expect(problemOf(new ProblemError('out_of_stock', 'too few', { short }), INSTANCE)).toMatchObject({ short });
  });

  it('of a state machine says what would have been allowed', () => {
    const error = new IllegalTransitionError('vendor order', 'shipped', 'cancelled', ['delivered']);
    expect(problemOf(error, INSTANCE)).toMatchObject({
      status: 409,
      code: 'illegal_transition',
      from: 'shipped',
      to: 'cancelled',
      allowed: ['delivered'],
    });
  });

  it.each<[string, unknown, ProblemCode]>([
    ['a route that is not there', new NotFoundException(), 'not_found'],
    ['a refusal of the framework', new ForbiddenException(), 'forbidden'],
    ['a body that is not valid', new BadRequestException(), 'validation_failed'],
    ['a body that is no JSON', new BadRequestException('x', { cause: new SyntaxError('x') }), 'malformed_json'],
    [
      'a body that the parser refused',
      Object.assign(new Error('x'), { type: 'entity.parse.failed', status: 400 }),
      'malformed_json',
    ],
    [
      'a body that is too large',
      Object.assign(new Error('x'), { type: 'entity.too.large', status: 413 }),
      'body_too_large',
    ],
    [
      'an encoding nobody knows',
      Object.assign(new Error('x'), { type: 'encoding.unsupported', status: 415 }),
      'unsupported_media_type',
    ],
    ['a database that cannot be reached', new mongo.MongoNetworkError('x'), 'database_unavailable'],
    ['a database that steps down', new mongo.MongoServerError({ message: 'x', code: 10107 }), 'database_unavailable'],
    [
      'a write that was not confirmed in time',
      new mongo.MongoServerError({ message: 'x', code: 64 }),
      'database_unavailable',
    ],
    ['a database that is stopping', new mongo.MongoServerError({ message: 'x', code: 11_600 }), 'database_unavailable'],
    [
      'a read of a member that is no primary',
      new mongo.MongoServerError({ message: 'x', code: 13_435 }),
      'database_unavailable',
    ],
    [
      'a write that too few members have',
      new mongo.MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'x' } }),
      'database_unavailable',
    ],
    [
      'a pool without a free connection',
      Object.defineProperty(new mongo.MongoDriverError('x'), 'name', { value: 'MongoWaitQueueTimeoutError' }),
      'database_unavailable',
    ],
    [
      'a write to a connection that has just been closed',
      Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' }),
      'database_unavailable',
    ],
    [
      'a write to a connection that is reset',
      Object.assign(new Error('write ECONNRESET'), { code: 'ECONNRESET', syscall: 'write' }),
      'database_unavailable',
    ],
    [
      'a write that may be repeated',
      new mongo.MongoServerError({ message: 'x', errorLabels: ['RetryableWriteError'] }),
      'database_unavailable',
    ],
  ])('%s has a code of its own', (_, error, code) => {
    expect(codeOf(error)).toBe(code);
    expect(problemOf(error, INSTANCE).detail).not.toBe('x');
  });
});

describe('a failure that nobody expected', () => {
  const logged = jest.spyOn(log, 'error').mockImplementation(() => undefined);
  beforeEach(() => logged.mockClear());

  it.each<[string, unknown]>([
    ['an error', new Error('password=secret')],
    ['a refused document', new mongo.MongoServerError({ message: 'secret', code: 121 })],
    ['a status that has no code', new HttpException('secret', 418)],
    ['a caller who has gone away', Object.assign(new Error('secret'), { code: 'ECONNRESET' })],
    ['a thrown text', 'secret'],
  ])('%s is told to the log only, under an id', (_, error) => {
    const problem = problemOf(error, INSTANCE);
    expect(problem).toMatchObject({ status: 500, code: 'internal', errorId: expect.any(String) });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(logged).toHaveBeenCalledWith(
      expect.objectContaining({ errorId: problem['errorId'], err: error }),
      expect.anything(),
    );
  });

  it.each([undefined, null])('even %p', (error) => {
    expect(codeOf(error)).toBe('internal');
  });
});

describe('a failure that passes by itself', () => {
  it.each<[ProblemCode, boolean]>([
    ['idempotency_in_progress', true],
    ['rate_limited', true],
    ['database_unavailable', true],
    ['overloaded', true],
    ['draining', true],
    ['catalog_unavailable', true],
    ['inventory_unavailable', true],
    ['validation_failed', false],
    ['out_of_stock', false],
    ['internal', false],
  ])('%s says when to try again: %p', (code, says) => {
    const problem = problemOf(new ProblemError(code, 'x'), INSTANCE);
    expect(retryAfterSeconds(problem) !== undefined).toBe(says);
    expect(isTemporary(new ProblemError(code, 'x'))).toBe(says);
  });

  it.each<[string, unknown, boolean]>([
    ['a database that is away', new mongo.MongoNetworkError('x'), true],
    ['a document that the database refuses', new mongo.MongoServerError({ message: 'x', code: 121 }), false],
    ['a move that a state machine refuses', new IllegalTransitionError('payment', 'voided', 'captured', []), false],
    ['a fault of our own', new TypeError('x'), false],
    ['nothing', undefined, false],
  ])('%s is one: %p', (_, error, passes) => {
    expect(isTemporary(error)).toBe(passes);
  });

  it('may know better itself', () => {
    const problem = problemOf(new ProblemError('rate_limited', 'x', { retryAfterSeconds: 3_600 }), INSTANCE);
    expect(retryAfterSeconds(problem)).toBe(3_600);
  });
});

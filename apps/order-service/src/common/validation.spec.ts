import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsArray, IsOptional, ValidateNested } from 'class-validator';
import { IsCurrency, IsExternalId, IsResourceId, IsSku, IsText, IsUnits } from './fields.js';
import { validationPipe, validationProblem } from './validation.js';

class Item {
  @IsSku()
  sku: string;

  @IsUnits(1, 999)
  quantity: number;
}

class Body {
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Item)
  items?: Item[];

  @IsOptional()
  @IsText(5)
  text?: string;

  @IsOptional()
  @IsExternalId()
  user?: string;

  @IsOptional()
  @IsResourceId()
  id?: string;

  @IsOptional()
  @IsCurrency()
  currency?: string;
}

const pipe = validationPipe();
const read = async (body: unknown): Promise<Body> =>
  pipe.transform(body, { type: 'body', metatype: Body }) as Promise<Body>;
const faults = async (body: unknown): Promise<unknown> =>
  read(body).then(
    () => 'accepted',
    (error: { code: string; extensions: { errors: { pointer: string }[] } }) => [
      error.code,
      ...error.extensions.errors.map(({ pointer }) => pointer),
    ],
  );

describe('a request that does not fit its schema', () => {
  it('is told every fault by a JSON Pointer', async () => {
    const items = [
      { sku: 'a', quantity: 1 },
      { sku: '', quantity: 0 },
    ];
    await expect(faults({ items, text: '', currency: 'usd' })).resolves.toEqual([
      'validation_failed',
      '/items/1/sku',
      '/items/1/quantity',
      '/text',
      '/currency',
    ]);
  });

  it('is refused for members that nobody knows, at any depth', async () => {
    await expect(faults({ price: 1 })).resolves.toEqual(['validation_failed', '/price']);
    await expect(faults({ items: [{ sku: 'a', quantity: 1, price: 1 }] })).resolves.toEqual([
      'validation_failed',
      '/items/0/price',
    ]);
    await expect(faults({ 'a/b~c': 1 })).resolves.toEqual(['validation_failed', '/a~1b~0c']);
  });

  it('is never mended by turning one type into another', async () => {
    for (const quantity of ['1', 1.5, true, null, [1], { $gt: 0 }]) {
      await expect(faults({ items: [{ sku: 'a', quantity }] })).resolves.toEqual([
        'validation_failed',
        '/items/0/quantity',
      ]);
    }
    for (const text of [1, ['a'], { $ne: '' }]) {
      await expect(faults({ text })).resolves.toEqual(['validation_failed', '/text']);
    }
  });

  it('names its first fault in the detail', () => {
    expect(validationProblem([{ pointer: '/a', detail: 'a is wrong' }])).toMatchObject({
      code: 'validation_failed',
      message: 'a is wrong',
    });
    expect(validationProblem([]).message).not.toBe('');
  });
});

describe('fields', () => {
  it.each<[keyof Body, unknown, boolean]>([
    ['text', 'a b', true],
    ['text', 'Zoë 1', true],
    ['text', '   ', false],
    ['text', 'a\nb', false],
    ['text', 'a\u0000', false],
    ['text', 'abcdef', false],
    ['user', 'auth0|alice@x', true],
    ['user', '-alice', false],
    ['user', 'a b', false],
    ['user', 'a'.repeat(129), false],
    ['id', '0199A1C2-8A10-7F3E-B1C4-6D2F1E0A9B77', true],
    ['id', 'order-1', false],
    ['currency', 'EUR', true],
    ['currency', 'eur', false],
    ['currency', 'EURO', false],
    ['currency', 'QQQ', false],
  ])('%s %p is accepted: %p', async (field, value, accepted) => {
    const outcome = await faults({ [field]: value });
    expect(outcome).toEqual(accepted ? 'accepted' : ['validation_failed', `/${field}`]);
  });

  it.each([
    ['a', true],
    ['A.b_c:d-1', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['$where', false],
    ['.a', false],
    ['a b', false],
    ['a\n', false],
  ])('sku %p is accepted: %p', async (sku, accepted) => {
    expect((await faults({ items: [{ sku, quantity: 1 }] })) === 'accepted').toBe(accepted);
  });

  it('ids are kept in lower case', async () => {
    await expect(read({ id: '0199A1C2-8A10-7F3E-B1C4-6D2F1E0A9B77' })).resolves.toMatchObject({
      id: '0199a1c2-8a10-7f3e-b1c4-6d2f1e0a9b77',
    });
  });
});

import { isIP } from 'node:net';
import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  MinLength,
  ValidateBy,
  type ValidationOptions,
} from 'class-validator';

/** A whole number in these bounds. */
export const WholeNumber = (least: number, most: number = Number.MAX_SAFE_INTEGER): PropertyDecorator =>
  applyDecorators(
    Type(() => Number),
    IsInt(),
    Min(least),
    Max(most),
  );

/** `true` or `false`. */
export const Flag = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown))),
    IsBoolean(),
  );

/** Text that may be left out. */
export const OptionalText = (least = 1): PropertyDecorator =>
  applyDecorators(IsOptional(), IsString(), MinLength(least));

/** Texts separated by commas; none unless given. */
export const ListOf = (...rules: PropertyDecorator[]): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) =>
      typeof value === 'string' ? value.split(',').map((part) => part.trim()) : (value as unknown),
    ),
    IsArray(),
    ...rules,
  );

/** An address or network of proxies, as Express takes them. */
export const IsProxyAddress = (options: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isProxyAddress',
      validator: {
        validate: (value) => typeof value === 'string' && isProxyAddress(value),
        defaultMessage: (given) => `${given?.property} must be IP addresses or networks such as 10.0.0.0/8`,
      },
    },
    options,
  );

/** The origin of a page: scheme, host and port, nothing else. */
export const IsOrigin = (options: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isOrigin',
      validator: {
        validate: (value) => typeof value === 'string' && isOrigin(value),
        defaultMessage: (given) => `${given?.property} must be origins such as https://shop.example`,
      },
    },
    options,
  );

function isProxyAddress(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  // A network of all addresses would believe everybody.
  return (
    bits === undefined || (/^\d{1,3}$/u.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

function isOrigin(text: string): boolean {
  try {
    const { origin, protocol } = new URL(text);
    return origin === text && /^https?:$/u.test(protocol);
  } catch {
    return false;
  }
}

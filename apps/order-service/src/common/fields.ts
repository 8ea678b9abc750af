import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsEmail,
  IsInt,
  IsISO4217CurrencyCode,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
} from 'class-validator';
import { languageTag } from './language-tag.js';

// Each of these tells its rule twice: to the validation, and to the OpenAPI document, whose plugin sees no rule inside another.

const SKU = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/u;
const EXTERNAL_ID = /^[A-Za-z0-9][A-Za-z0-9._:@|-]{0,127}$/u;

/** A stock keeping unit as the catalog names it. */
export const IsSku = (): PropertyDecorator =>
  applyDecorators(
    IsString(),
    Matches(SKU, { message: '$property must be 1 to 128 letters, digits, dots, colons, dashes or underscores' }),
    ApiProperty({ pattern: SKU.source }),
  );

/** The id of a user, vendor or the like, as the other services name it. */
export const IsExternalId = (): PropertyDecorator =>
  applyDecorators(
    IsString(),
    Matches(EXTERNAL_ID, { message: '$property must be 1 to 128 letters, digits or any of . _ : @ | -' }),
    ApiProperty({ pattern: EXTERNAL_ID.source }),
  );

/** Whole units: no numbers in strings, no fractions. */
export const IsUnits = (least: number, most: number): PropertyDecorator =>
  applyDecorators(IsInt(), Min(least), Max(most), ApiProperty({ type: 'integer', minimum: least, maximum: most }));

/** A list of so many entries at most. */
export const MostEntries = (most: number): PropertyDecorator =>
  applyDecorators(ArrayMaxSize(most), ApiProperty({ maxItems: most }));

/** Text for people: no control characters, and not empty. */
export const IsText = (most: number, options: { each?: boolean } = {}): PropertyDecorator =>
  applyDecorators(
    IsString(options),
    MinLength(1, options),
    MaxLength(most, options),
    Matches(/^[^\p{Cc}]*$/u, { ...options, message: '$property must not hold control characters' }),
    Matches(/\S/u, { ...options, message: '$property must not be blank' }),
    ApiProperty(options.each ? { type: 'array', items: textSchema(most) } : textSchema(most)),
  );

/** One line that is not blank. Categories of characters are not written in OpenAPI, as not every reader knows them. */
const textSchema = (most: number): { type: 'string'; minLength: number; maxLength: number; pattern: string } => ({
  type: 'string',
  minLength: 1,
  maxLength: most,
  pattern: '^[^\\u0000-\\u001F\\u007F-\\u009F]*$',
});

/** The id of a cart or an order. */
export const IsResourceId = (): PropertyDecorator =>
  applyDecorators(
    IsUUID('all'),
    Transform(({ value }) => lower(value)),
    ApiProperty({ format: 'uuid' }),
  );

/** An ISO 4217 currency code in capitals. */
export const IsCurrency = (): PropertyDecorator =>
  applyDecorators(
    IsISO4217CurrencyCode({ message: '$property must be an ISO 4217 code such as USD' }),
    Matches(/^[A-Z]{3}$/u, { message: '$property must be an ISO 4217 code in capitals, such as USD' }),
    ApiProperty({ pattern: '^[A-Z]{3}$' }),
  );

/** A BCP 47 language tag, kept in its canonical form. */
export const IsLanguageTag = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => languageTag(value) ?? (value as unknown)),
    ValidateBy({
      name: 'isLanguageTag',
      validator: {
        validate: (value) => languageTag(value) !== undefined,
        defaultMessage: (given) => `${given?.property} must be a BCP 47 language tag such as de-CH`,
      },
    }),
    ApiProperty({ pattern: '^[A-Za-z0-9-]+$' }),
  );

/** An e-mail address. Kept and searched for in lower case: no mail system that matters tells them apart. */
export const IsEmailAddress = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => lower(value)),
    IsEmail(),
    MaxLength(254),
    ApiProperty({ format: 'email', maxLength: 254 }),
  );

function lower(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

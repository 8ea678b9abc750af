import { placeholder } from '@marketplace/domain';
import { NestFactory } from '@nestjs/core';
console.log(placeholder, typeof NestFactory);

import { signDevelopmentToken } from '../development-tokens.js';
import { parseTokenArguments, TOKEN_USAGE } from './token-arguments.js';

try {
  const subject = parseTokenArguments(process.argv.slice(2));
  console.log(await signDevelopmentToken({ ...subject, secret: process.env.JWT_SECRET || undefined }));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${TOKEN_USAGE}`);
  process.exitCode = 1;
}

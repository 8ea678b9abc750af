import { writeFileSync } from 'node:fs';
import { policyDocument, POLICY_FILE } from './policy-document.js';

writeFileSync(POLICY_FILE, policyDocument());

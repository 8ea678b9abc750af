import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { OPERATIONS_FILE, withSettingsTable } from './config/settings-table.js';

const document = readFileSync(OPERATIONS_FILE, 'utf8');
writeFileSync(OPERATIONS_FILE, withSettingsTable(document, readFileSync('.env.example', 'utf8')));

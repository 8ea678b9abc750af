import { readFileSync, writeFileSync } from 'node:fs';
import { ALERTS_FILE, PROMETHEUS_RULE_FILE, prometheusRule } from './alerting-rules.js';

writeFileSync(PROMETHEUS_RULE_FILE, prometheusRule(readFileSync(ALERTS_FILE, 'utf8')));

import { render } from 'preact';
import { App } from './app.js';

const root = document.querySelector('#app');
if (root) {
  root.replaceChildren();
  render(<App />, root);
}

import { render } from 'preact';

const root = document.querySelector('#app');
if (root) render(<h1>Order operations</h1>, root);

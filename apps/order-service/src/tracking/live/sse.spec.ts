import { eventText, heartbeatText, retryText } from './sse.js';

describe('the text of a server-sent event', () => {
  it('has an id where the reader can resume from there, a name, and its data in one line', () => {
    expect(eventText({ id: 3, event: 'shipped', data: { note: 'two\nlines\r\n', at: new Date(0) } })).toBe(
      'id: 3\nevent: shipped\ndata: {"note":"two\\nlines\\r\\n","at":"1970-01-01T00:00:00.000Z"}\n\n',
    );
    expect(eventText({ event: 'state', data: {} })).toBe('event: state\ndata: {}\n\n');
  });

  it('is a comment for a heartbeat, with an id where the reader has got further meanwhile', () => {
    expect(heartbeatText()).toBe(':\n\n');
    expect(heartbeatText(7)).toBe(':\nid: 7\n\n');
  });

  it('tells how long to wait before coming back', () => {
    expect(retryText(1_500)).toBe('retry: 1500\n\n');
  });
});

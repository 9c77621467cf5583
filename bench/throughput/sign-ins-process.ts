import { performance } from 'node:perf_hooks';
import { connect } from 'node:tls';

// Sends messages of 4 KB over TLS, one a connection, and prints how many seconds it took.

const { PORT, COUNT, SESSIONS, PLAIN } = process.env;
const body = `From: device@bench.example\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(52)}.\r\n`;
const auth = PLAIN ? [[`AUTH PLAIN ${PLAIN}`, '235']] : [];
const steps = [
  ['EHLO device.bench.example', '250'],
  ...auth,
  ['MAIL FROM:<device@bench.example>\r\nRCPT TO:<somebody@elsewhere.example>', '250'],
  ['DATA', '354'],
  [body.slice(0, -2), '250'],
  ['QUIT', '221'],
] as const;

let left = Number(COUNT);

function sendOne(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(PORT), host: '127.0.0.1', rejectUnauthorized: false });
    let expected = '220';
    let step = 0;
    let replies = 1;
    let text = '';
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('data', (octets) => {
      text += octets.toString('latin1');
      const whole = text.split('\r\n').filter((line) => /^\d{3} /.test(line));
      if (whole.length < replies) return;
      if (!whole.every((line) => line.startsWith(expected))) return reject(new Error(text));
      text = '';
      const next = steps[step];
      step += 1;
      if (next === undefined) {
        socket.end();
        return resolve();
      }
      expected = next[1] ?? '';
      replies = next[0]?.startsWith('MAIL') ? 2 : 1;
      socket.write(`${next[0]}\r\n`);
    });
  });
}

async function sendInTurn(): Promise<void> {
  while (left > 0) {
    left -= 1;
    await sendOne();
  }
}

const since = performance.now();
await Promise.all(Array.from({ length: Number(SESSIONS) }, sendInTurn));
console.log((performance.now() - since) / 1000);

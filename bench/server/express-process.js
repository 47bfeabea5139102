// A bare Express 5 server: it sends bytes that it was given beforehand, and echoes what it is sent.
import express from 'express';
import { answerParent } from './process.js';

/** Address → bytes, from the parent. */
let prebuilt = new Map();
process.on('message', (message) => {
  if (message.prebuilt === undefined) return;
  prebuilt = new Map(message.prebuilt.map(([address, text]) => [address, Buffer.from(text)]));
  process.send({ ready: true });
});

const app = express();
const send = (request, response) => {
  const bytes = prebuilt.get(request.originalUrl);
  response.writeHead(200, { 'Content-Type': 'application/scim+json', 'Content-Length': bytes.length });
  response.end(bytes);
};
const echo = (status) => (request, response) => response.status(status).json(request.body);
const json = express.json({ type: 'application/scim+json' });
app.get('/scim/v2/Users/:id', send);
app.get('/scim/v2/Users', send);
app.post('/scim/v2/Users', json, echo(201));
app.patch('/scim/v2/Users/:id', json, echo(200));
answerParent(app);

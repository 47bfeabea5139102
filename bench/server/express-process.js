// A bare Express 5 server as its manual shows it, with its defaults: it sends bytes that it was given beforehand, and echoes the
// bodies that it is sent. Its defaults tag answers with a hash of their bytes, as the bridge tags its own.
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
  response.type('application/scim+json').send(prebuilt.get(request.originalUrl));
};
const echo = (status) => (request, response) => response.status(status).json(request.body);
const json = express.json({ type: 'application/scim+json' });
app.get('/scim/v2/Users/:id', send);
app.get('/scim/v2/Users', send);
app.post('/scim/v2/Users', json, echo(201));
app.patch('/scim/v2/Users/:id', json, echo(200));
answerParent(app);

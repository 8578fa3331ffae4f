import express from 'express';
import multer from 'multer';
import { TOKEN } from '../token.ts';
import { serve, settings } from './listening.ts';

// What is written by hand today: Express and multer at their defaults, into a folder, and a token compared. Nothing is flushed.

const { store } = settings();
const upload = multer({ dest: store });

serve((origin) => {
  const app = express();
  app.post('/upload', upload.any(), (request, response) => {
    const [file] = request.files as Express.Multer.File[];
    if (request.body.auth !== TOKEN || file === undefined) response.status(401).json({ result: false });
    else response.json({ result: true, url: `${origin}/files/${file.filename}` });
  });
  app.use('/files', express.static(store));
  return app;
});
